import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { differentiableInputs } from '../ops/differentiableInputs.ts';
import { compute } from './kernels.ts';

/** How the value of a Node is found from those of its inputs. */
export type Compute = (node: Node, inputs: readonly Data[]) => Data;

/**
 * Computes Nodes in one pass, each from its inputs' values by `by`, and keeps every value met on the way:
 * whatever shares it finds it there. Inputs that no derivative reaches are let go of, or else a counter, the keys of a
 * random stream, or a mean that stops gradients would keep all that it has ever been.
 */
export function evaluate(nodes: readonly Node[], by: Compute = compute): void {
	for (const node of topologicalOrder(nodes, isComputed)) {
		node.value = by(
			node,
			node.inputs.map(({ value }) => value as Data), // computed before, by the order
		);
		const kept = differentiableInputs(node);
		if (kept !== node.inputs) node.inputs = kept;
	}
}

function isComputed(node: Node): boolean {
	return node.value !== null;
}
