import type { Buffer } from '../lowering/ir/expression.ts';
import type { Plan } from '../lowering/ir/plan.ts';
import { bytesOf } from '../lowering/ir/plan.ts';
import { type Arena, Arenas } from './arena.ts';
import { Constants } from './constants.ts';
import { type Heap, OutOfMemoryError } from './heap.ts';
import type { Holdings } from './loaded.ts';
import type { Memory } from './platform.ts';
import { Residences } from './residences.ts';

/**
 * The places of programs in an engine's memory. Where memory ends, programs are moved out of it, which are put back when
 * they run again, and then the values of Variables: in one long job nothing is known to be held by nobody.
 */
export class Rooms {
	readonly #heap: Heap;
	readonly #arenas: Arenas;
	readonly #constants: Constants;
	readonly #residences: Residences;
	/** What programs have, in the order in which they were put into memory. */
	readonly #taken = new Set<Holdings>();

	constructor(memory: Memory, heap: Heap) {
		this.#heap = heap;
		this.#arenas = new Arenas(heap);
		this.#constants = new Constants(memory, heap);
		this.#residences = new Residences(memory, heap);
	}

	/** Finds places for all buffers of a plan; throws OutOfMemoryError, after which nothing is held. */
	place(
		plan: Plan,
		holdings: Holdings,
	): { readonly arena: Arena; readonly addressOf: (buffer: Buffer) => number } {
		const addresses = new Map<Buffer, number>();
		const offsets = new Map(plan.offsets);
		let end = plan.size;
		for (const { buffer } of plan.inputs) {
			offsets.set(buffer, end);
			end += bytesOf(buffer, plan.target);
		}
		try {
			const arena = this.#arenas.take(end, (bytes) => this.#allocate(bytes, holdings));
			holdings.arena = arena;
			for (const [buffer, offset] of offsets) addresses.set(buffer, arena.address + offset);
			for (const { data, buffer } of plan.constants) {
				const allocate = (): number => this.#allocate(bytesOf(buffer, plan.target), holdings);
				const constant = this.#constants.take(data, buffer.dtype, allocate);
				addresses.set(buffer, constant.address);
				holdings.constants.push(constant);
			}
			for (const { cell, buffer } of plan.cells) {
				const allocate = (): number => this.#allocate(bytesOf(buffer, plan.target), holdings);
				const residence = this.#residences.take(cell, buffer, allocate);
				addresses.set(buffer, residence.address);
				holdings.residences.push(residence);
			}
			this.#taken.add(holdings);
			return {
				arena,
				addressOf: (buffer) => {
					const address = addresses.get(buffer);
					if (address === undefined) throw new Error('internal: a buffer without memory');
					return address;
				},
			};
		} catch (error) {
			this.release(holdings);
			throw error;
		}
	}

	/** A block of a program's own. */
	block(bytes: number, holdings: Holdings): number {
		const address = this.#allocate(bytes, holdings);
		holdings.blocks.push(address);
		return address;
	}

	/** Takes back what a program has, which may be nothing. */
	release(holdings: Holdings): void {
		this.#taken.delete(holdings);
		if (holdings.arena !== null) this.#arenas.giveBack(holdings.arena);
		holdings.arena = null;
		for (const block of holdings.blocks.splice(0)) this.#heap.free(block);
		for (const constant of holdings.constants.splice(0)) this.#constants.giveBack(constant);
		for (const residence of holdings.residences.splice(0)) this.#residences.giveBack(residence);
	}

	/** A block, for which others may have to make room, but not the program that it is for. */
	#allocate(bytes: number, holdings: Holdings): number {
		for (;;) {
			try {
				return this.#heap.allocate(bytes);
			} catch (error) {
				if (!(error instanceof OutOfMemoryError)) throw error;
				// What never fits is not worth it.
				if (bytes > this.#heap.limit || !this.#makeRoom(holdings)) throw error;
			}
		}
	}

	/** Moves one thing out of the memory; false if nothing is left that could be. */
	#makeRoom(kept: Holdings): boolean {
		for (const holdings of this.#taken) {
			if (holdings === kept) continue;
			this.release(holdings);
			return true;
		}
		return this.#residences.evict();
	}
}
