import { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import type { Recorder } from '../recorder.ts';
import { seenPart } from './seenPart.ts';
import { asOneProduct } from './sumOfProducts.ts';

/** Nodes that take less with their operand than after it: slices of convolutions, sums of products. */
export function withOperands(roots: readonly Node[], recorder?: Recorder): Node[] {
	const uses = new Map<Node, number>();
	const use = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
	const order = topologicalOrder(roots);
	for (const node of order) for (const input of node.inputs) use(input);
	for (const root of roots) use(root);
	const replaced = new Map<Node, Node>();
	const originals = new Map<Node, Node>();
	const isUsedOnce = (node: Node): boolean => uses.get(originals.get(node) ?? node) === 1;
	for (const node of order) {
		const inputs = node.inputs.map((input) => replaced.get(input) ?? input);
		const isSame = inputs.every((input, i) => input === node.inputs[i]);
		const current = isSame ? node : new Node(node.primitive, inputs, node.params);
		const final = asOneProduct(seenPart(current, isUsedOnce), isUsedOnce);
		if (final === node) continue;
		replaced.set(node, final);
		originals.set(final, node);
	}
	recorder?.replaced(replaced);
	return roots.map((root) => replaced.get(root) ?? root);
}
