import type { Data, DType } from '../graph/dtype.ts';
import type { Cell } from '../program/engine.ts';
import type { Heap } from './heap.ts';
import { viewOf } from './memory.ts';
import type { Memory } from './platform.ts';

/** Where the value of a cell lies in an engine's memory. */
export class Residence {
	readonly address: number;
	/** The programs made for its address. */
	users = 0;
	readonly #memory: Memory;
	readonly #dtype: DType;
	readonly #size: number;
	/** The cell's version that the memory holds. */
	#version = -1;
	/** Whether the value is nowhere else. */
	#isOnly = false;
	/** The value, once it had to make room. */
	#evicted: Data | null = null;

	constructor(memory: Memory, address: number, dtype: DType, size: number) {
		this.#memory = memory;
		this.address = address;
		this.#dtype = dtype;
		this.#size = size;
	}

	/** Brings the memory up to date. */
	load(cell: Cell): void {
		if (this.#version === cell.version) return;
		this.#view().set(cell.read());
		this.#version = cell.version;
		this.#isOnly = false;
	}

	/** Notes that a run has written the cell's next value here. */
	changed(cell: Cell): void {
		cell.write(this.#fetch);
		this.#version = cell.version;
		this.#isOnly = true;
	}

	/** Copies the value out, where the cell finds it. */
	evict(): void {
		if (this.#isOnly) this.#evicted = this.#view().slice();
	}

	/** The value for the cell to keep. This keeps no cell alive. */
	readonly #fetch = (): Data => {
		this.#isOnly = false;
		return this.#evicted ?? this.#view().slice();
	};

	#view(): Data {
		return viewOf(this.#memory, this.#dtype, this.address, this.#size);
	}
}

/** The cells whose values lie in an engine's memory. */
export class Residences {
	readonly #memory: Memory;
	readonly #heap: Heap;
	readonly #residences = new WeakMap<Cell, Residence>();
	/** All of them, in the order in which they got their memory. */
	readonly #all = new Set<Residence>();
	readonly #dead = new FinalizationRegistry<Residence>((residence) => this.#free(residence));

	constructor(memory: Memory, heap: Heap) {
		this.#memory = memory;
		this.#heap = heap;
	}

	/** That of a cell, where it stays until its users have given it back. */
	take(
		cell: Cell,
		{ dtype, size }: { readonly dtype: DType; readonly size: number },
		allocate: () => number,
	): Residence {
		let residence = this.#residences.get(cell);
		if (residence === undefined || !this.#all.has(residence)) {
			residence = new Residence(this.#memory, allocate(), dtype, size);
			this.#residences.set(cell, residence);
			this.#all.add(residence);
			this.#dead.register(cell, residence, residence);
		}
		residence.users++;
		return residence;
	}

	giveBack(residence: Residence): void {
		residence.users--;
	}

	/** Moves a value that no program uses out of the memory; false if there is none. */
	evict(): boolean {
		for (const residence of this.#all) {
			if (residence.users > 0) continue;
			residence.evict();
			this.#dead.unregister(residence);
			this.#free(residence);
			return true;
		}
		return false;
	}

	#free(residence: Residence): void {
		this.#all.delete(residence);
		this.#heap.free(residence.address);
	}
}
