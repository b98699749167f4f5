import { type Node, type Primitive, record } from '../graph/node.ts';
import { normalizeAxis } from '../graph/shape.ts';
import { lastAxis } from './movement.ts';
import { castTo, type Operand, toNode } from './operand.ts';
import { primitives } from './primitives.ts';

/** x in ascending order along an axis, NaN last; equal elements keep their order. */
export function sort(x: Operand, axis = -1): Node {
	return alongAxis(primitives.sort, x, axis, (node) => node);
}

/** The i32 indices that sort x along an axis, NaN last; equal elements keep their order. */
export function argsort(x: Operand, axis = -1): Node {
	return alongAxis(primitives.argsort, x, axis, (node) => castTo(node.zerosLike(), 'i32'));
}

function alongAxis(
	primitive: Primitive<1, null>,
	x: Operand,
	axis: number,
	ofScalar: (x: Node) => Node,
): Node {
	const node = toNode(primitive.name, x);
	const at = normalizeAxis(primitive.name, axis, node.shape.length);
	if (node.shape.length === 0) return ofScalar(node);
	const { moved, back } = lastAxis(node, at);
	return back(record(primitive, [moved], null));
}
