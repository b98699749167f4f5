import { arrays, type Data, type DType } from '../graph/dtype.ts';
import { type Memory, webAssembly } from './platform.ts';
import { obstacleToThreads, orOneThread } from './threads/environment.ts';

/** The bytes of a page, in which a memory grows. */
export const pageBytes = 65_536;

/** The memory that an engine has, and what it had to do without. */
export interface EngineMemory {
	readonly memory: Memory;
	/** How far it can grow, in bytes. */
	readonly limit: number;
	/** Whether threads share it. */
	readonly shared: boolean;
	/** Why they do not, though they were wanted, and what to do about it; to be said where threads would be of use. */
	readonly obstacle: string | null;
	/** What it does without, and what to do about it, if it is small; to be said at once. */
	readonly shortage: string | null;
}

/** The size of a new memory. */
const initialPages = 64;

/** How far a memory may grow, in pages: all that WebAssembly can address, or what there is room for. */
const maxima = [65_536, 32_768, 16_384, 8192, 4096];

/** All that WebAssembly can address, in bytes. */
export const maxMemoryBytes: number = 65_536 * pageBytes;

const raise = 'raise the limit of the address space (ulimit -v)';

/** What to do where there is no room for a memory of any size. */
export const noRoom = `there is no room for the memory of WebAssembly; ${raise}`;

/**
 * A memory for threads to share, if several are wanted, or else for one; or the largest that there is room for: its
 * addresses are reserved at once, up to 4 GiB. To grow far is worth more than threads: a model that fits is slow on one,
 * and one that does not fit cannot run. Null where there is no room for any.
 */
export function newMemory(wanted: boolean): EngineMemory | null {
	const missing = wanted ? obstacleToThreads() : null;
	const shared = wanted && missing === null ? reserve(maxima.slice(0, 1), true) : null;
	if (shared !== null) return { ...shared, shared: true, obstacle: null, shortage: null };
	const alone = reserve(maxima, false);
	if (alone === null) return null;
	if (alone.limit < maxMemoryBytes) {
		const threads = wanted ? ' on one thread,' : '';
		const shortage = `running${threads} in at most ${alone.limit / 2 ** 20} MiB of memory, since there is no room for the addresses of 4 GiB; ${raise}`;
		return { ...alone, shared: false, obstacle: null, shortage };
	}
	const full = `there is no room for 4 GiB of addresses that threads share; ${raise}, ${orOneThread}`;
	return { ...alone, shared: false, obstacle: wanted ? (missing ?? full) : null, shortage: null };
}

/** The first of these that there is room for. */
function reserve(
	maxima: readonly number[],
	shared: boolean,
): Pick<EngineMemory, 'memory' | 'limit'> | null {
	if (webAssembly === undefined) throw new Error('internal: no WebAssembly');
	for (const maximum of maxima) {
		try {
			const memory = new webAssembly.Memory({ initial: initialPages, maximum, shared });
			return { memory, limit: maximum * pageBytes };
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
		}
	}
	return null;
}

/** Elements in memory. The view is of no use once the memory has grown: it has another buffer then. */
export function viewOf(memory: Memory, dtype: DType, address: number, size: number): Data {
	return new arrays[dtype](memory.buffer as ArrayBuffer, address, size); // typed arrays take shared buffers too
}
