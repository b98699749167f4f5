/**
 * The first bytes of the engine's memory, through which threads speak to each other. Each word has a cache line of
 * its own. A run has a number; its chunks of work are claimed one by one by exchanging the 64-bit word `claim`, which
 * holds the run in its high half and the next chunk in its low half, so that a thread that comes late to a run
 * that is over claims nothing.
 */
export const control = {
	/** The number of the latest run. */
	doorbell: 64,
	/** The address of the header of its program. */
	program: 128,
	claim: 192,
	/** Chunks finished in this run. */
	done: 256,
	/** Set when a thread other than the first fails. */
	failed: 320,
	/** Set when a check found an index out of range. */
	outOfRange: 384,
	/** Where other memory begins. */
	size: 448,
} as const;

/** The low half of `claim` when a run is over. */
export const closed = 0xffff_ffff;
