import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { compute } from './kernels.ts';

/** Computes Nodes in one pass, and keeps every value met on the way: whatever shares it finds it there. */
export function evaluate(nodes: readonly Node[]): void {
	for (const node of topologicalOrder(nodes, isComputed))
		node.value = compute(node, node.inputs.map(computed));
}

/** The value of a Node, computed if it has not been. */
export function computed(node: Node): Data {
	if (node.value === null) evaluate([node]);
	return node.value as Data; // evaluated above
}

function isComputed(node: Node): boolean {
	return node.value !== null;
}
