import { type Heap, OutOfMemoryError } from './heap.ts';

/** Memory that programs use one after another: what one leaves there is lost when the next runs. */
export interface Arena {
	readonly address: number;
	/** How many bytes it has. */
	readonly bytes: number;
	/** The programs made for it. */
	users: number;
	/** What stands for the program that was the last to use it. */
	last: object | null;
}

/** The least ratio of the size of a new arena to that of the one before, so that few are needed. */
const minGrowthFactor = 1.5;

/**
 * The arenas of an engine. Its programs never run at the same time, so that all share the newest one; since addresses are
 * written into programs, older ones keep theirs, until nobody uses it any more.
 */
export class Arenas {
	readonly #heap: Heap;
	#newest: Arena | null = null;

	constructor(heap: Heap) {
		this.#heap = heap;
	}

	/** One with room for so many bytes, which `allocate` can make room for. */
	take(bytes: number, allocate: (bytes: number) => number): Arena {
		const known = this.#newest;
		if (known !== null && known.bytes >= bytes) {
			known.users++;
			return known;
		}
		const made = this.#roomy(bytes) ?? { address: allocate(bytes), bytes };
		const arena = { ...made, users: 1, last: null };
		this.#newest = arena;
		return arena;
	}

	giveBack(arena: Arena): void {
		arena.users--;
		if (arena.users > 0) return;
		if (arena === this.#newest) this.#newest = null;
		this.#heap.free(arena.address);
	}

	/** More than is asked for, if memory is not short. */
	#roomy(bytes: number): Pick<Arena, 'address' | 'bytes'> | null {
		if (this.#newest === null) return null;
		const roomy = Math.max(bytes, minGrowthFactor * this.#newest.bytes);
		try {
			return { address: this.#heap.allocate(roomy), bytes: roomy };
		} catch (error) {
			if (error instanceof OutOfMemoryError) return null;
			throw error;
		}
	}
}
