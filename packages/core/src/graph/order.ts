import type { Node } from './node.ts';

/**
 * Every Node the outputs depend on, each once, inputs before users. Nodes for which `stop` holds are
 * left out together with what only they need. Iterative: depth is bounded by memory, not by the stack.
 */
export function topologicalOrder(outputs: readonly Node[], stop?: (node: Node) => boolean): Node[] {
	const order: Node[] = [];
	const seen = new Set<Node>();
	const path: Node[] = [];
	const next: number[] = [];
	for (const output of outputs) {
		if (seen.has(output) || stop?.(output)) continue;
		seen.add(output);
		path.push(output);
		next.push(0);
		while (path.length > 0) {
			const top = path.length - 1;
			const node = path[top] as Node; // top is in range
			const at = next[top] as number; // as long as path
			const input = node.inputs[at];
			if (input === undefined) {
				order.push(node);
				path.pop();
				next.pop();
			} else {
				next[top] = at + 1;
				if (!seen.has(input) && !stop?.(input)) {
					seen.add(input);
					path.push(input);
					next.push(0);
				}
			}
		}
	}
	return order;
}
