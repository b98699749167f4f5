import type { Node, Primitive } from '../graph/node.ts';
import { record } from '../graph/node.ts';
import { broadcastShapes } from '../graph/shape.ts';
import { broadcastNode } from './movement.ts';
import { castTo, type Operand, toNode, toNodes } from './operand.ts';
import { primitives } from './primitives.ts';

/** Whether x < y, elementwise; false where either is NaN. */
export function less(x: Operand, y: Operand): Node {
	return compare('less', primitives.less, x, y);
}

/** Whether x <= y, elementwise; false where either is NaN. */
export function lessEqual(x: Operand, y: Operand): Node {
	return compare('lessEqual', primitives.lessEqual, x, y);
}

/** Whether x > y, elementwise; false where either is NaN. */
export function greater(x: Operand, y: Operand): Node {
	return compare('greater', primitives.less, y, x);
}

/** Whether x >= y, elementwise; false where either is NaN. */
export function greaterEqual(x: Operand, y: Operand): Node {
	return compare('greaterEqual', primitives.lessEqual, y, x);
}

/** Whether x = y, elementwise; NaN equals nothing. */
export function equal(x: Operand, y: Operand): Node {
	return compare('equal', primitives.equal, x, y);
}

/** Whether x and y differ, elementwise; NaN differs from everything. */
export function notEqual(x: Operand, y: Operand): Node {
	return differ('notEqual', x, y);
}

/** Where x is NaN. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name that NumPy and PyTorch users know
export function isNaN(x: Operand): Node {
	const node = toNode('isNaN', x);
	return notEqual(node, node);
}

/** Where x is neither infinite nor NaN. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name that NumPy and PyTorch users know
export function isFinite(x: Operand): Node {
	const node = toNode('isFinite', x);
	return less(node.cast(node.dtype === 'f64' ? 'f64' : 'f32').abs(), Infinity);
}

/** Whether x and y both hold; numbers hold unless they are 0. */
export function logicalAnd(x: Operand, y: Operand): Node {
	return combine(primitives.logicalAnd, x, y);
}

/** Whether x or y holds; numbers hold unless they are 0. */
export function logicalOr(x: Operand, y: Operand): Node {
	return combine(primitives.logicalOr, x, y);
}

/** Whether exactly one of x and y holds; numbers hold unless they are 0. */
export function logicalXor(x: Operand, y: Operand): Node {
	return differ('logicalXor', truth('logicalXor', x), truth('logicalXor', y));
}

/** Whether x does not hold; numbers hold unless they are 0. */
export function logicalNot(x: Operand): Node {
	return record(primitives.logicalNot, [truth('logicalNot', x)], null);
}

/** x where the condition holds, y elsewhere; all three broadcast. */
export function where(condition: Operand, x: Operand, y: Operand): Node {
	const mask = truth('where', condition);
	const [a, b] = toNodes('where', [x, y]) as [Node, Node]; // as many as were passed
	const shape = broadcastShapes('where', [mask.shape, a.shape, b.shape]);
	return record(
		primitives.where,
		[broadcastNode(mask, shape), broadcastNode(a, shape), broadcastNode(b, shape)],
		null,
	);
}

function compare(operation: string, primitive: Primitive<2, null>, x: Operand, y: Operand): Node {
	const [a, b] = toNodes(operation, [x, y]) as [Node, Node]; // as many as were passed
	const shape = broadcastShapes(operation, [a.shape, b.shape]);
	return record(primitive, [broadcastNode(a, shape), broadcastNode(b, shape)], null);
}

function differ(operation: string, x: Operand, y: Operand): Node {
	return record(primitives.logicalNot, [compare(operation, primitives.equal, x, y)], null);
}

function combine(primitive: Primitive<2, null>, x: Operand, y: Operand): Node {
	return compare(primitive.name, primitive, truth(primitive.name, x), truth(primitive.name, y));
}

function truth(operation: string, x: Operand): Node {
	return castTo(toNode(operation, x), 'bool');
}
