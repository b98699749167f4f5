import { tensor } from '@pullback/core';

/** What is ordinary for a graph. */
export const length = 100_000;

/** Nodes in a chain, each of two operations. */
export function chain(): { x: ReturnType<typeof tensor>; y: ReturnType<typeof tensor> } {
	const x = tensor(0.5, { dtype: 'f64' });
	let y = x;
	for (let i = 0; i < length / 2; i++) y = y.sin().add(x);
	return { x, y };
}

/**
 * Seconds of the processor, as a machine has other work, too; of three runs the shortest, as the first is compiled, and half
 * of the time is the collector's, which takes what time it finds.
 */
export function secondsOf(f: () => unknown): number {
	const runs = [0, 1, 2].map(() => {
		const before = process.cpuUsage();
		f();
		const { user, system } = process.cpuUsage(before);
		return (user + system) / 1e6;
	});
	return Math.min(...runs);
}
