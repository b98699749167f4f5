import type { Node } from '../../graph/node.ts';
import { sizeOf } from '../../graph/shape.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import { ruleOf } from '../nodes/rules.ts';

/**
 * The sum over a batch of products x^T y, as one product of which the batch is part of the inner axis: the gradient of
 * weights that a batch shares. The Node itself if it is no such sum, or if others see the products, too.
 */
export function asOneProduct(node: Node, isUsedOnce: (node: Node) => boolean): Node {
	const [products] = node.inputs;
	if (node.primitive !== primitives.sum || products?.primitive !== primitives.matmul) return node;
	const { axes } = node.params as ParamsOf<'sum'>; // of a sum
	const rank = products.shape.length;
	if (axes.length !== rank - 2 || axes.some((axis) => axis >= rank - 2)) return node;
	const [left, right] = products.inputs as readonly [Node, Node]; // of a product
	const x = transposeOf(left);
	if (x === null || !isUsedOnce(products) || !isWhole(x) || !isWhole(right)) return node;
	const inner = sizeOf(x.shape.slice(0, -1));
	const flat = (factor: Node): Node =>
		nodeOf('reshape', [factor], { shape: [inner, factor.shape.at(-1) ?? 0] });
	return nodeOf('matmul', [nodeOf('permute', [flat(x)], { order: [1, 0] }), flat(right)], null);
}

/** The Node of which another is every matrix transposed; null if it is no such view. */
function transposeOf({ primitive, params, inputs: [x] }: Node): Node | null {
	if (primitive !== primitives.permute || x === undefined) return null;
	const { order } = params as ParamsOf<'permute'>; // of a permute
	const rank = order.length;
	const swapped = order.map((_, axis) =>
		axis < rank - 2 ? axis : axis === rank - 2 ? rank - 1 : rank - 2,
	);
	return swapped.every((axis, i) => axis === order[i]) ? x : null;
}

/** Whether a Node's elements can lie in memory in their own order, so that its leading axes are one. */
function isWhole(node: Node): boolean {
	return ruleOf(node).kind !== 'view' || node.primitive === primitives.reshape;
}
