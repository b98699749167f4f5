import { type Node, topologicalOrder } from '@pullback/core';
import { sizeOf } from './projection.ts';

/** The elements that are computed in the time that a Node takes besides. */
const elementsPerNode = 64;

/**
 * The work of moving each of a number of elements that a Node depends on, in computed elements, whatever the machine: the
 * elements of all Nodes that it is computed from, times that number. A Node counts as many elements itself as it takes the
 * time of.
 */
export function workOfMoving(elements: number, y: Node): number {
	const computed = topologicalOrder([y]).reduce(
		(total, { shape }) => total + elementsPerNode + sizeOf(shape),
		0,
	);
	return elements * computed;
}
