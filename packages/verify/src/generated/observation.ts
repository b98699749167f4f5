import { type Node, ready } from '@pullback/core';
import type { Result } from './program.ts';

/** A Node that a program looks at, with a name for it; without one it is only awaited, so that others may read it. */
export interface Observation {
	readonly name: string | null;
	readonly node: Node;
}

/** What is seen, each at the time it is looked at. */
export function resultsOf(observations: Iterable<Observation>): Result[] {
	const results: Result[] = [];
	for (const { name, node } of observations) if (name !== null) results.push(resultOf(name, node));
	return results;
}

/** The same of values that come later; the program goes on meanwhile, but for what is only awaited. */
export async function laterResultsOf(observations: Iterable<Observation>): Promise<Result[]> {
	const results: Promise<Result>[] = [];
	for (const { name, node } of observations) {
		const arrival = ready(node);
		if (name === null) await arrival;
		else {
			const result = arrival.then(() => resultOf(name, node));
			// Told when all are awaited, even if the program fails before.
			result.catch(() => {});
			results.push(result);
		}
	}
	return Promise.all(results);
}

function resultOf(name: string, node: Node): Result {
	return { name, dtype: node.dtype, shape: node.shape, data: node.data() };
}
