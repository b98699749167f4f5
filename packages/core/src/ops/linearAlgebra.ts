import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { broadcastShapes, formatShape, type Shape } from '../graph/shape.ts';
import { broadcastNode, expandDims, reshape, squeeze } from './movement.ts';
import { castTo, type Operand, toNodes } from './operand.ts';
import { primitives } from './primitives.ts';

/**
 * The matrix product: [..., m, k] by [..., k, n] is [..., m, n], leading axes broadcast; a vector counts as a
 * row on the left, a column on the right, and its axis is gone from the result (NumPy's rule).
 */
export function matmul(x: Operand, y: Operand): Node {
	const [a, b] = toNodes('matmul', [x, y]) as [Node, Node]; // as many as were passed
	if (a.shape.length === 0 || b.shape.length === 0)
		throw new ShapeError(
			`matmul: cannot multiply ${formatShape(a.shape)} by ${formatShape(b.shape)}: a scalar has no rows; use mul`,
		);
	const left = a.shape.length === 1 ? expandDims(a, 0) : a;
	const right = b.shape.length === 1 ? expandDims(b, 1) : b;
	const [m = 0, k = 0] = left.shape.slice(-2);
	const [k2 = 0, n = 0] = right.shape.slice(-2);
	if (k !== k2)
		throw new ShapeError(
			`matmul: cannot multiply ${formatShape(a.shape)} by ${formatShape(b.shape)}: inner sizes ${k} and ${k2} differ${hint(a.shape, b.shape)}`,
		);
	const batch = broadcastShapes('matmul', [left.shape.slice(0, -2), right.shape.slice(0, -2)]);
	const [rows, columns] = [
		broadcastNode(left, [...batch, m, k]),
		broadcastNode(right, [...batch, k, n]),
	];
	const numeric = rows.dtype === 'bool' ? 'i32' : rows.dtype;
	const product = record(
		primitives.matmul,
		[castTo(rows, numeric), castTo(columns, numeric)],
		null,
	);
	const gone: number[] = [];
	if (a.shape.length === 1) gone.push(-2);
	if (b.shape.length === 1) gone.push(-1);
	return gone.length === 0 ? product : squeeze(product, gone);
}

/** The inner product of two vectors; for tensors, as NumPy: the last axis of x with the last but one of y. */
export function dot(x: Operand, y: Operand): Node {
	const [a, b] = toNodes('dot', [x, y]) as [Node, Node]; // as many as were passed
	if (a.shape.length === 0 || b.shape.length === 0) return a.mul(b);
	if (b.shape.length <= 2) return matmul(a, b);
	const [k = 0, n = 0] = b.shape.slice(-2);
	const others = b.shape.slice(0, -2);
	const columns = reshape(
		b.permute([b.shape.length - 2, ...others.map((_, i) => i), b.shape.length - 1]),
		[k, -1],
	);
	return reshape(matmul(a, columns), [...a.shape.slice(0, -1), ...others, n]);
}

/** All products of an element of x with one of y: [x's elements, y's elements]. */
export function outer(x: Operand, y: Operand): Node {
	const [a, b] = toNodes('outer', [x, y]) as [Node, Node]; // as many as were passed
	return a.reshape([-1, 1]).mul(b.reshape([1, -1]));
}

function hint(a: Shape, b: Shape): string {
	if (b.length >= 2 && a.at(-1) === b.at(-1)) return '; transpose the second argument?';
	if (a.length >= 2 && a.at(-2) === b.at(-2)) return '; transpose the first argument?';
	return '; they must be equal';
}
