import { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import type { Recorder } from '../recorder.ts';
import { seenPart } from './seenPart.ts';
import { asOneProduct } from './sumOfProducts.ts';

/** Nodes that take less with their operand than after it: slices of convolutions, sums of products. */
export function withOperands(roots: readonly Node[], recorder?: Recorder): Node[] {
	const order = topologicalOrder(roots);
	const replaced = new Map<Node, Node>();
	const originals = new Map<Node, Node>();
	// Most graphs have no such Nodes, of which this is asked.
	let uses: ReadonlyMap<Node, number> | null = null;
	const isUsedOnce = (node: Node): boolean => {
		uses ??= usesOf(order, roots);
		return uses.get(originals.get(node) ?? node) === 1;
	};
	for (const node of order) {
		const isChanged = replaced.size > 0 && node.inputs.some((input) => replaced.has(input));
		const current = isChanged
			? new Node(
					node.primitive,
					node.inputs.map((input) => replaced.get(input) ?? input),
					node.params,
				)
			: node;
		const final = asOneProduct(seenPart(current, isUsedOnce), isUsedOnce);
		if (final === node) continue;
		replaced.set(node, final);
		originals.set(final, node);
	}
	if (replaced.size === 0) return [...roots];
	recorder?.replaced(replaced);
	return roots.map((root) => replaced.get(root) ?? root);
}

/** How often each Node is an operand or a root. */
function usesOf(order: readonly Node[], roots: readonly Node[]): Map<Node, number> {
	const uses = new Map<Node, number>();
	const use = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
	for (const node of order) for (const input of node.inputs) use(input);
	for (const root of roots) use(root);
	return uses;
}
