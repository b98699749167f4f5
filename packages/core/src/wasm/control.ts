/**
 * The first bytes of the engine's memory, through which threads speak to each other. Each word has a cache line of
 * its own. A run has a number; its chunks of work lie in queues, one for each thread, and are claimed, some at a time,
 * by exchanging the 64-bit word of their queue, which holds the run in its high half and the next position of the queue
 * in its low half, so that a thread that comes late to a run that is over claims nothing. A thread empties its own
 * queue and then helps with those of others: from run to run it works on the same memory, which is in its cache. The
 * queues lie elsewhere, one behind the other: how many there are is known when threads start.
 */
export const control = {
	/** The number of the latest run. */
	doorbell: 64,
	/** The address of the header of its program. */
	program: 128,
	/** Chunks finished in this run; a thread adds those of a queue when this is empty. */
	done: 192,
	/** The run in which a thread other than the first has failed, holding chunks of it. */
	failed: 256,
	/** Set when a check found an element out of range. */
	outOfRange: 320,
} as const;

/** Where other memory begins. */
export const controlSize = 384;

/** From the word of a queue to that of the next. */
export const queueBytes = 64;

/** The threads that have been started, and where their queues lie. */
export interface Team {
	/** How many there are with the calling one. */
	readonly threads: number;
	/** The address of the word of the first queue. */
	readonly queues: number;
}

/**
 * The header of a program: its number, and the lengths of the two modules that lie right behind, that of its kernels and
 * that which has several threads run them.
 */
export const headerWords = 3;

/** The low half of a queue's word when a run is over. */
export const closed = 0xffff_ffff;
