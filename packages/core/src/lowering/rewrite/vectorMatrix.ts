import type { Node } from '../../graph/node.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import { type Target, vectorLength } from '../target.ts';

/**
 * A product of one row with an operand that lies transposed: as that operand, the way it lies, times one column. It is read
 * in order, once, where it had to be packed before, and its rows are shared among threads. The Node itself if it is no such
 * product.
 */
export function asVectorMatrix(node: Node, target: Target): Node {
	if (node.primitive !== primitives.matmul) return node;
	const [row, right] = node.inputs as readonly [Node, Node]; // of a product
	const { shape } = node;
	const batch = shape.slice(0, -2);
	const [rows = 0, columns = 0] = shape.slice(-2);
	const inner = row.shape.at(-1) ?? 0;
	const lying = transposed(right);
	// Vectors along the inner axis must leave no rest.
	if (rows !== 1 || columns < 2 || inner % vectorLength(target, node.dtype) !== 0 || lying === null)
		return node;
	const column = nodeOf('reshape', [row], { shape: [...batch, inner, 1] });
	return nodeOf('reshape', [nodeOf('matmul', [lying, column], null)], { shape });
}

/** What a Node is with its last two axes exchanged, if it is a view of just that; else null. */
function transposed({ primitive, params, inputs: [input] }: Node): Node | null {
	if (primitive !== primitives.permute || input === undefined) return null;
	const { order } = params as ParamsOf<'permute'>; // of a permute
	const last = order.length - 1;
	const exchanged = order.map((_, axis) =>
		axis === last ? last - 1 : axis === last - 1 ? last : axis,
	);
	return String(order) === String(exchanged) ? input : null;
}
