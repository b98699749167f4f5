/** How long runs go on before any is timed: engines of JavaScript compile anew what has run for a while. */
const warmMilliseconds = 300;
/** How long timed runs take together, unless there must be more or fewer. */
const timedMilliseconds = 500;
/** The smallest and the largest number of timed runs, unless more or fewer are asked for. */
const minRuns = 5;
const maxRuns = 1000;
/** The largest number of times that are taken down, one for each part of a run, unless more runs are asked for. */
const maxTimes = 2 ** 21;

/** The median times of the parts of a run, in microseconds. */
export interface Timed {
	readonly medians: readonly number[];
	/** The runs that were timed. */
	readonly runs: number;
}

/**
 * Runs something of `parts` parts until it is warm, and then as often as half a second allows; or, if a number of runs is
 * asked for, so often, after at most as many that are not timed. A run notes the milliseconds of each part.
 */
export function timed(
	parts: number,
	asked: number | null,
	run: (note: (part: number, milliseconds: number) => void) => void,
): Timed {
	const start = performance.now();
	let warmRuns = 0;
	let elapsed = 0;
	const ignore = (): void => {};
	while (warmRuns === 0 || (elapsed < warmMilliseconds && warmRuns < (asked ?? Infinity))) {
		run(ignore);
		warmRuns++;
		elapsed = performance.now() - start;
	}
	const fitting = Math.floor((timedMilliseconds * warmRuns) / Math.max(elapsed, 1));
	const most = Math.min(maxRuns, Math.max(minRuns, Math.floor(maxTimes / Math.max(parts, 1))));
	const runs = asked ?? Math.max(minRuns, Math.min(fitting, most));
	const times = new Float64Array(parts * runs);
	for (let at = 0; at < runs; at++)
		run((part, milliseconds) => {
			times[part * runs + at] = milliseconds;
		});
	const medians = Array.from({ length: parts }, (_, part) => {
		const sorted = times.subarray(part * runs, (part + 1) * runs).sort();
		const [low = 0, high = 0] = [sorted[(runs - 1) >> 1], sorted[runs >> 1]];
		return (1000 * (low + high)) / 2;
	});
	return { medians, runs };
}
