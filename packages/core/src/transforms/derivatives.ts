import { checkedList, checkedOptions } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import { checkedNode, type Node } from '../graph/node.ts';
import { formatShape, sizeOf } from '../graph/shape.ts';
import { eye } from '../ops/creation.ts';
import type { Operand } from '../ops/operand.ts';
import { jvp } from './forward.ts';
import { type Differentiable, grad, type NodeForEach, toSource, vjp } from './grad.ts';
import { vmap } from './vmap.ts';

/**
 * All partial derivatives of y with respect to x: [...y's shape, ...x's shape]. Mode 'reverse' pulls one
 * cotangent back for each element of y, 'forward' pushes one tangent for each element of x; if left out, the
 * one with fewer is taken. Both do it for all at once, by `vmap`.
 */
export function jacobian(
	y: Node,
	x: Differentiable,
	options?: { readonly mode?: 'reverse' | 'forward' },
): Node {
	checkedNode('jacobian', 'y', y);
	const input = toSource('jacobian', 'x', x);
	const { mode } = checkedOptions('jacobian', options, ['mode']);
	if (mode !== undefined && mode !== 'reverse' && mode !== 'forward')
		throw new TypeError(`jacobian: mode is ${describe(mode)}; it must be 'reverse' or 'forward'`);
	const [rows, columns] = [sizeOf(y.shape), sizeOf(input.shape)];
	const shape = [...y.shape, ...input.shape];
	if ((mode ?? (rows <= columns ? 'reverse' : 'forward')) === 'reverse') {
		const cotangents = eye(rows, { dtype: y.dtype }).reshape([rows, ...y.shape]);
		const [pulled] = vmap((cotangent: Node) => vjp(y, cotangent, [x]))(cotangents);
		return pulled.reshape(shape);
	}
	const tangents = eye(columns, { dtype: input.dtype }).reshape([columns, ...input.shape]);
	const pushed = vmap((tangent: Node) => jvp(y, [x], [tangent]), { outAxes: -1 })(tangents);
	return pushed.reshape(shape);
}

/** All second partial derivatives of a scalar y with respect to x: [...x's shape, ...x's shape]. */
export function hessian(y: Node, x: Differentiable): Node {
	checkedNode('hessian', 'y', y);
	if (y.shape.length > 0)
		throw new ShapeError(`hessian: needs a scalar, got shape ${formatShape(y.shape)}; sum it`);
	const [slope] = grad(y, [x]);
	return jacobian(slope, x, { mode: 'forward' });
}

/**
 * The product of the Hessian of a scalar y with `vectors`, one for each of `xs` and of its shape, without
 * the Hessian: forward mode over reverse mode (Pearlmutter 1994). Of `xs` made of one another, or twice the same, as in
 * `grad` and `jvp`.
 */
export function hvp<const Xs extends readonly Differentiable[]>(
	y: Node,
	xs: Xs,
	vectors: readonly Operand[],
): NodeForEach<Xs> {
	checkedList('hvp', 'xs', xs);
	const slopes: readonly Node[] = grad(y, xs);
	return slopes.map((slope) => jvp(slope, xs, vectors)) as NodeForEach<Xs>; // one slope for each of xs
}
