import type { Data, DType } from '../graph/dtype.ts';
import type { Heap } from './heap.ts';
import { viewOf } from './memory.ts';
import type { Memory } from './platform.ts';

/** A constant in memory, for all programs that have it. */
export interface SharedConstant {
	readonly address: number;
	/** Those programs; once there are none, it is not there any more. */
	users: number;
}

/** The constants of all programs of an engine, each of which is in memory once. */
export class Constants {
	readonly #memory: Memory;
	readonly #heap: Heap;
	/** Keeps no elements alive: in one long job nobody says that they are of no more use. */
	readonly #known = new WeakMap<Data, SharedConstant>();

	constructor(memory: Memory, heap: Heap) {
		this.#memory = memory;
		this.#heap = heap;
	}

	/** That of these elements, in a block from `allocate` if it is not there yet. */
	take(data: Data, dtype: DType, allocate: () => number): SharedConstant {
		const known = this.#known.get(data);
		if (known !== undefined && known.users > 0) {
			known.users++;
			return known;
		}
		const made = { address: allocate(), users: 1 };
		viewOf(this.#memory, dtype, made.address, data.length).set(data);
		this.#known.set(data, made);
		return made;
	}

	giveBack(constant: SharedConstant): void {
		constant.users--;
		if (constant.users === 0) this.#heap.free(constant.address);
	}
}
