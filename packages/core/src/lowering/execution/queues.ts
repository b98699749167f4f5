/** A kernel, as far as its chunks are dealt out. */
export interface Dealt {
	/** Its chunks. */
	readonly count: number;
}

/** Kernels of a phase whose chunks are dealt out together: to each queue its share, one after another. */
export interface Group<Task extends Dealt> {
	readonly tasks: readonly Task[];
	readonly count: number;
	/** The chunks that lie in each queue; in the last there may be fewer, and then its last slots are empty. */
	readonly share: number;
	/** The first of their slots in a queue, and the one after the last. */
	readonly start: number;
	readonly end: number;
}

/**
 * The chunks of kernels that run at the same time, for a queue of each thread: those of each kernel dealt out alone, so that
 * a thread has the same part of all of them, but those of few chunks together.
 */
export function grouped<Task extends Dealt>(
	tasks: readonly Task[],
	threads: number,
	start: number,
): Group<Task>[] {
	const few = tasks.filter(({ count }) => count > 0 && count < 2 * threads);
	const many = tasks.filter(({ count }) => count >= 2 * threads);
	let end = start;
	return [...many.map((task) => [task]), few]
		.filter((group) => group.length > 0)
		.map((group): Group<Task> => {
			const first = end;
			const count = group.reduce((sum, task) => sum + task.count, 0);
			const share = Math.ceil(count / threads);
			end += share;
			return { tasks: group, count, share, start: first, end };
		});
}
