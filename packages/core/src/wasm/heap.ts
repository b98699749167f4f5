import { FreeList } from '../lowering/memory/freeList.ts';
import { maxMemoryBytes, pageBytes } from './memory.ts';
import type { Memory } from './platform.ts';

/** Memory that the engine was asked for and cannot have: more than WebAssembly's 4 GiB, or than the machine gives. */
export class OutOfMemoryError extends Error {
	override readonly name = 'OutOfMemoryError';
	/** The bytes asked for. */
	readonly wanted: number;
	/** The bytes in use. */
	readonly used: number;

	constructor(wanted: number, used: number, limit: number = maxMemoryBytes) {
		super(
			`out of memory: ${wanted} bytes wanted, ${used} in use, of at most ${limit}; use smaller tensors or batches, or release compiled functions and Variables`,
		);
		this.wanted = wanted;
		this.used = used;
	}
}

/** The alignmentBytes of blocks: a cache line. */
const alignmentBytes = 64;

/** Hands out blocks of a linear memory that grows, first fit. */
export class Heap {
	/** How far the memory can grow, in bytes. */
	readonly limit: number;
	readonly #memory: Memory;
	readonly #sizes = new Map<number, number>();
	readonly #free = new FreeList();
	#end: number;
	#used = 0;

	/** Blocks from `start` on. */
	constructor(memory: Memory, limit: number, start: number) {
		this.#memory = memory;
		this.limit = limit;
		this.#end = start;
	}

	/** The bytes handed out. */
	get used(): number {
		return this.#used;
	}

	/** The address of a block of `bytes`; throws OutOfMemoryError, after which the heap is as before. */
	allocate(bytes: number): number {
		const size = Math.max(Math.ceil(bytes / alignmentBytes), 1) * alignmentBytes;
		let address = this.#free.take(size);
		if (address === null) {
			address = this.#end;
			this.#reach(address + size, bytes);
			this.#end = address + size;
		}
		this.#sizes.set(address, size);
		this.#used += size;
		return address;
	}

	free(address: number): void {
		const size = this.#sizes.get(address);
		if (size === undefined) throw new Error(`internal: no block at ${address}`);
		this.#sizes.delete(address);
		this.#used -= size;
		this.#free.add(address, size);
		this.#end = this.#free.trim(this.#end);
	}

	/** Grows the memory to hold `end` bytes. */
	#reach(end: number, wanted: number): void {
		const { limit } = this;
		if (end > limit) throw this.refusal(wanted);
		const have = this.#memory.buffer.byteLength;
		if (end <= have) return;
		// A quarter more than needed, as growing is slow, but not beyond the limit.
		const aim = Math.min(limit, Math.max(end, have + have / 4));
		try {
			this.#memory.grow(Math.ceil((aim - have) / pageBytes));
		} catch {
			try {
				this.#memory.grow(Math.ceil((end - have) / pageBytes));
			} catch {
				throw this.refusal(wanted);
			}
		}
	}

	/** The error that says that so many bytes cannot be had. */
	refusal(wanted: number): OutOfMemoryError {
		return new OutOfMemoryError(wanted, this.#used, this.limit);
	}
}
