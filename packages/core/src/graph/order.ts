import { checkedFunction } from './arguments.ts';
import { checkedNodes, type Node } from './node.ts';

/**
 * Every Node the outputs depend on, each once, inputs before users. Nodes for which `stop` holds are
 * left out together with what only they need; it must make no order itself. Iterative: depth is bounded by memory,
 * not by the stack.
 */
export function topologicalOrder(outputs: readonly Node[], stop?: (node: Node) => boolean): Node[] {
	checkedNodes('topologicalOrder', 'outputs', outputs);
	if (stop !== undefined) checkedFunction('topologicalOrder', 'stop', stop);
	return orderOver(allInputs, outputs, stop);
}

/** `topologicalOrder`, where a Node depends on those alone that `inputsOf` names. */
export function orderOver(
	inputsOf: (node: Node) => readonly Node[],
	outputs: readonly Node[],
	stop?: (node: Node) => boolean,
): Node[] {
	const order: Node[] = [];
	const path: Node[] = [];
	const next: number[] = [];
	const enter = (node: Node): void => {
		if (isIn(order, node) || stop?.(node)) return;
		path.push(node);
		next.push(0);
	};
	for (const output of outputs) {
		enter(output);
		while (path.length > 0) {
			const top = path.length - 1;
			const node = path[top] as Node; // top is in range
			const at = next[top] as number; // as long as path
			const input = inputsOf(node)[at];
			if (input === undefined) {
				node.orderIndex = order.length;
				order.push(node);
				path.pop();
				next.pop();
			} else {
				next[top] = at + 1;
				enter(input);
			}
		}
	}
	return order;
}

function allInputs({ inputs }: Node): readonly Node[] {
	return inputs;
}

/**
 * Whether a Node is in an order, at its `orderIndex`, with no other order made since. For orders of millions of Nodes,
 * where looking them up in a set takes longer than all else.
 */
export function isIn(order: readonly Node[], node: Node): boolean {
	return order[node.orderIndex] === node;
}
