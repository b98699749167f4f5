import { type Data, type DType, isFloating } from '../graph/dtype.ts';
import { DTypeError, ShapeError } from '../graph/errors.ts';
import type { Late } from '../graph/late.ts';
import {
	type AnyPrimitive,
	type Node,
	type Primitive,
	record,
	type Tuple,
	type Type,
} from '../graph/node.ts';
import { formatShape, type Shape, sameShape, sizeOf, withoutAxes } from '../graph/shape.ts';
import { convolution } from './convolutionRule.ts';
import {
	bilinear,
	checkKind,
	type Elementwise,
	elementwise,
	leaf,
	linear,
	ordinal,
	predicate,
	transcendental,
} from './families.ts';
import { overlapAdd, type Windows, windowCounts } from './overlapAdd.ts';
import { productOfOthers } from './products.ts';

/**
 * Every primitive: its type rule, its derivative in both modes, its batching rule. Operands have equal
 * shapes and dtypes here; the exported functions broadcast and promote before they record. The rules are
 * written in chain methods, so that this file need not import the operations built on it.
 */
export const primitives = {
	// Leaves.
	constant: leaf<Type & { readonly data: Data | Late; readonly origin?: 'compiled' }>('constant'),
	/** A symbol; or, read outside of compiled functions, the value that a Variable had, which may come later. */
	variable: leaf<Type & { readonly name: string; readonly cell: object; readonly late?: Late }>(
		'variable',
	),
	input: leaf<Type & { readonly name: string }>('input'),
	iota: leaf<Type & { readonly axis: number }>('iota'),

	// Elementwise: y[i] = f(x[i], ...), by their partial derivatives.
	add: elementwise<2>('add', 'numeric', () => [1, 1]),
	mul: elementwise<2>('mul', 'numeric', ([x, y]) => [y, x]),
	div: elementwise<2>('div', 'floating', ([_, y], z) => [y.reciprocal(), z.div(y).neg()]),
	neg: elementwise<1>('neg', 'numeric', () => [-1]),
	exp: transcendental<1>('exp', (_, y) => [y]),
	expm1: transcendental<1>('expm1', ([x]) => [x.exp()]),
	log: transcendental<1>('log', ([x]) => [x.reciprocal()]),
	log1p: transcendental<1>('log1p', ([x]) => [x.add(1).reciprocal()]),
	sqrt: elementwise<1>('sqrt', 'floating', (_, y) => [y.mul(2).reciprocal()]),
	sin: transcendental<1>('sin', ([x]) => [x.cos()]),
	cos: transcendental<1>('cos', ([x]) => [x.sin().neg()]),
	tanh: transcendental<1>('tanh', (_, y) => [y.square().neg().add(1)]),
	erf: transcendental<1>('erf', ([x]) => [
		x
			.square()
			.neg()
			.exp()
			.mul(2 / Math.sqrt(Math.PI)),
	]),
	tan: transcendental<1>('tan', (_, y) => [y.square().add(1)]),
	asin: transcendental<1>('asin', ([x]) => [otherLeg(x).reciprocal()]),
	acos: transcendental<1>('acos', ([x]) => [otherLeg(x).reciprocal().neg()]),
	atan: transcendental<1>('atan', ([x]) => [x.square().add(1).reciprocal()]),
	atan2: transcendental<2>('atan2', ([y, x]) => {
		const square = x.square().add(y.square());
		return [x.div(square), y.div(square).neg()];
	}),
	sinh: transcendental<1>('sinh', ([x]) => [x.cosh()]),
	cosh: transcendental<1>('cosh', ([x]) => [x.sinh()]),
	asinh: transcendental<1>('asinh', ([x]) => [x.square().add(1).rsqrt()]),
	acosh: transcendental<1>('acosh', ([x]) => [x.sub(1).rsqrt().mul(x.add(1).rsqrt())]),
	atanh: transcendental<1>('atanh', ([x]) => [x.neg().add(1).mul(x.add(1)).reciprocal()]),
	exp2: transcendental<1>('exp2', (_, y) => [y.mul(Math.LN2)]),
	log2: transcendental<1>('log2', ([x]) => [x.mul(Math.LN2).reciprocal()]),
	log10: transcendental<1>('log10', ([x]) => [x.mul(Math.LN10).reciprocal()]),
	erfinv: transcendental<1>('erfinv', (_, y) => [
		y
			.square()
			.exp()
			.mul(Math.sqrt(Math.PI) / 2),
	]),
	lgamma: transcendental<1>('lgamma', ([x]) => [x.digamma()]),
	digamma: transcendental<1>('digamma', ([x]) => [trigamma(x)]),
	zeta: hurwitzZeta(),
	mod: elementwise<2>(
		'mod',
		'numeric',
		([x, y]) => [1, x.floorDivide(y).neg()],
		([x, y]) => x.floorDivide(y),
	),
	floorDivide: elementwise<2>('floorDivide', 'numeric', () => [0, 0], itself),
	pow: elementwise<2>('pow', 'numeric', ([x, y], z) => [
		powerByBase(x, y),
		powerByExponent(x, y, z),
	]),
	abs: elementwise<1>(
		'abs',
		'numeric',
		([x]) => [x.sign()],
		([x]) => x.sign(),
	),
	sign: elementwise<1>('sign', 'numeric', () => [0], itself),
	floor: elementwise<1>('floor', 'floating', () => [0], itself),
	ceil: elementwise<1>('ceil', 'floating', () => [0], itself),
	round: elementwise<1>('round', 'floating', () => [0], itself),
	maximum: elementwise<2>('maximum', 'numeric', ([x, y]) => [shareOf(x, y), shareOf(y, x)], ahead),
	minimum: elementwise<2>('minimum', 'numeric', ([x, y]) => [shareOf(y, x), shareOf(x, y)], ahead),
	stopGradient: elementwise<1>('stopGradient', 'any', () => [0]),
	/** Itself, once every element has been found to be finite. */
	checkFinite: elementwise<1>('checkFinite', 'floating', () => [1]),
	less: predicate<2>('less', 'any'),
	lessEqual: predicate<2>('lessEqual', 'any'),
	equal: predicate<2>('equal', 'any'),
	logicalAnd: predicate<2>('logicalAnd', 'bool'),
	logicalOr: predicate<2>('logicalOr', 'bool'),
	logicalNot: predicate<1>('logicalNot', 'bool'),

	/** where(condition, x, y): x where the condition holds, else y. */
	where: {
		name: 'where',
		type: ([condition, x, y]) => {
			checkKind('where', 'bool', condition.dtype);
			if (x.dtype !== y.dtype)
				throw new DTypeError(`where: dtypes ${x.dtype} and ${y.dtype} differ; cast them first`);
			if (!sameShape(condition.shape, x.shape) || !sameShape(x.shape, y.shape))
				throw new ShapeError(
					`where: shapes ${[condition, x, y].map((node) => formatShape(node.shape)).join(', ')} differ; broadcast them first`,
				);
			return x;
		},
		vjp: (cotangent, [condition]) => [
			null,
			condition.where(cotangent, 0),
			condition.where(0, cotangent),
		],
		jvp: ([_, dx, dy], [condition]) =>
			dx === null && dy === null ? null : condition.where(dx ?? 0, dy ?? 0),
		lift: () => null,
		branches: () => null, // the condition is a Node of its own
	} satisfies Primitive<3, null>,

	cast: {
		name: 'cast',
		type: ([x], { dtype }) => ({ shape: x.shape, dtype }),
		vjp: (cotangent, [x], output) => [
			isFloating(x.dtype) && isFloating(output.dtype) ? cotangent.cast(x.dtype) : null,
		],
		jvp: ([dx], _, output) => (dx && isFloating(output.dtype) ? dx.cast(output.dtype) : null),
		lift: (params) => params,
		branches: (_, output) => (isFloating(output.dtype) ? null : output),
	} satisfies Primitive<1, { readonly dtype: DType }>,

	// Reductions: `axes` ascend, and are gone from the result.
	sum: linear<{ readonly axes: readonly number[] }>('sum', 'numeric', {
		shape: (x, { axes }) => withoutAxes(x, axes),
		transpose: (cotangent, { axes }, x) => alongAxes(cotangent, axes, x.shape),
		lift: liftAxes,
	}),
	max: extremum('max'),
	min: extremum('min'),

	/** The product along the last axis. */
	prod: {
		name: 'prod',
		type: ([x]) => {
			checkKind('prod', 'numeric', x.dtype);
			return { shape: x.shape.slice(0, -1), dtype: x.dtype };
		},
		vjp: (cotangent, [x]) => [productOfOthers(x).mul(cotangent.expandDims(-1))],
		jvp: ([dx], [x]) => dx && productOfOthers(x).mul(dx).sum(-1),
		lift: () => null,
		branches: () => null,
	} satisfies Primitive<1, null>,

	/** Running sums along the last axis. */
	cumsum: linear<null>('cumsum', 'numeric', {
		shape: (x) => x,
		transpose: (cotangent) => cotangent.flip(-1).cumsum(-1).flip(-1),
		lift: () => null,
	}),

	// Along the last axis: the first winner, and the stable order.
	argmax: ordinal('argmax', (x) => x.slice(0, -1)),
	argmin: ordinal('argmin', (x) => x.slice(0, -1)),
	argsort: ordinal('argsort', (x) => x),

	/** Sorted along the last axis, ascending, NaN last. */
	sort: {
		name: 'sort',
		type: ([x]) => x,
		vjp: (cotangent, [x]) => [cotangent.takeAlongAxis(x.argsort(-1).argsort(-1), -1)],
		jvp: ([dx], [x]) => (dx === null ? null : dx.takeAlongAxis(x.argsort(-1), -1)),
		lift: () => null,
		branches: ([x]) => x.argsort(-1),
	} satisfies Primitive<1, null>,

	// Movement: where each element goes; no arithmetic.
	/** A copy along each of `axes`, which are new in the result's `shape`. */
	broadcast: linear<{ readonly shape: Shape; readonly axes: readonly number[] }>(
		'broadcast',
		'any',
		{
			shape: (x, { shape, axes }) => {
				if (!sameShape(withoutAxes(shape, axes), x))
					throw new Error(
						`internal: broadcast of ${formatShape(x)} to ${formatShape(shape)} along ${formatShape(axes)}`,
					);
				return shape;
			},
			transpose: (cotangent, { axes }) => cotangent.sum(axes),
			lift: ({ shape, axes }, size) => ({
				shape: [size, ...shape],
				axes: axes.map((axis) => axis + 1),
			}),
		},
	),
	reshape: linear<{ readonly shape: Shape }>('reshape', 'any', {
		shape: (x, { shape }) => {
			if (sizeOf(x) !== sizeOf(shape))
				throw new ShapeError(
					`reshape: cannot reshape ${formatShape(x)} to ${formatShape(shape)}: ${sizeOf(x)} elements and ${sizeOf(shape)} differ`,
				);
			return shape;
		},
		transpose: (cotangent, _, x) => cotangent.reshape(x.shape),
		lift: ({ shape }, size) => ({ shape: [size, ...shape] }),
	}),
	/** Axis i of the result is axis `order[i]` of x. */
	permute: linear<{ readonly order: readonly number[] }>('permute', 'any', {
		shape: (x, { order }) => order.map((axis) => x[axis] as number), // order is a permutation of x's axes
		transpose: (cotangent, { order }) =>
			cotangent.permute(order.map((_, axis) => order.indexOf(axis))),
		lift: ({ order }) => ({ order: [0, ...order.map((axis) => axis + 1)] }),
	}),
	/** From `start`, every `step`-th element along each axis, until `shape` is full. */
	slice: {
		name: 'slice',
		type: ([x], { shape }) => ({ shape, dtype: x.dtype }),
		vjp: (cotangent, [x], _, { start, step, shape }) => [
			cotangent.pad(
				x.shape.map((length, axis) => {
					const [low, stride, count] = [start[axis] ?? 0, step[axis] ?? 1, shape[axis] ?? 0];
					return count === 0 ? [length, 0] : [low, length - low - (count - 1) * stride - 1];
				}),
				0,
				{ interior: step.map((stride) => stride - 1) },
			),
		],
		jvp: ([dx], [x], _, { start, step, shape }) =>
			dx === null
				? null
				: dx.slice(
						...x.shape.map((_, axis): readonly [number, number, number] => {
							const [low, stride, count] = [start[axis] ?? 0, step[axis] ?? 1, shape[axis] ?? 0];
							return [low, low + count * stride, stride];
						}),
					),
		lift: ({ start, step, shape }, size) => ({
			start: [0, ...start],
			step: [1, ...step],
			shape: [size, ...shape],
		}),
		branches: () => null,
	} satisfies Primitive<
		1,
		{ readonly start: readonly number[]; readonly step: readonly number[]; readonly shape: Shape }
	>,
	/** Zeros around x along each axis, and `interior` zeros between neighbours. */
	pad: linear<{
		readonly low: readonly number[];
		readonly high: readonly number[];
		readonly interior: readonly number[];
	}>('pad', 'any', {
		shape: (x, { low, high, interior }) =>
			x.map((length, axis) => {
				const spread = length + Math.max(length - 1, 0) * (interior[axis] ?? 0);
				return (low[axis] ?? 0) + spread + (high[axis] ?? 0);
			}),
		transpose: (cotangent, { low, interior }, x) =>
			cotangent.slice(
				...x.shape.map((length, axis): readonly [number, number, number] => {
					const [first, step] = [low[axis] ?? 0, (interior[axis] ?? 0) + 1];
					return [first, length === 0 ? first : first + (length - 1) * step + 1, step];
				}),
			),
		lift: ({ low, high, interior }) => ({
			low: [0, ...low],
			high: [0, ...high],
			interior: [0, ...interior],
		}),
	}),
	/**
	 * Windows over the last axes of x, overlapping or not: [..., sizes, counts], whose element is that of x at
	 * `stride` times the number of the window plus `dilation` times the place in it.
	 */
	windows: linear<Windows>('windows', 'any', {
		shape: (x, params) => {
			const lead = x.length - params.size.length;
			return [...x.slice(0, lead), ...params.size, ...windowCounts(x.slice(lead), params)];
		},
		transpose: (cotangent, params, x) => overlapAdd(cotangent, params, x.shape),
		lift: (params) => params,
	}),
	flip: linear<{ readonly axes: readonly number[] }>('flip', 'any', {
		shape: (x) => x,
		transpose: (cotangent, { axes }) => cotangent.flip(axes),
		lift: liftAxes,
	}),
	/** One after another along `axis`. */
	concatenate: concatenation(),

	/** [..., m, k] by [..., k, n], the leading axes equal. */
	matmul: bilinear<null>('matmul', 'numeric', {
		shape: (x, y) => {
			const [m, k] = x.slice(-2);
			const [k2, n] = y.slice(-2);
			if (m === undefined || k === undefined || n === undefined || k !== k2)
				throw new Error(`internal: matmul of ${formatShape(x)} by ${formatShape(y)}`);
			return [...x.slice(0, -2), m, n];
		},
		transpose: (cotangent, x, y) => [
			cotangent.matmul(y.transpose()),
			x.transpose().matmul(cotangent),
		],
	}),
	convolution: convolution(),

	// Indexing. x: [batch, before, length, after], indices: [batch, picks]; `batch` axes are shared.
	/** The slices of x at `indices` along `axis`: [batch, before, picks, after]. */
	gather: {
		name: 'gather',
		type: ([x, indices], { axis, batch }) => ({
			shape: [...x.shape.slice(0, axis), ...indices.shape.slice(batch), ...x.shape.slice(axis + 1)],
			dtype: x.dtype,
		}),
		vjp: (cotangent, [x, indices], _, params) => [
			cotangent.scatterAdd(indices, { size: x.shape[params.axis] ?? 0, ...params }),
			null,
		],
		jvp: ([dx], [_, indices], __, params) => (dx === null ? null : dx.gather(indices, params)),
		lift: ({ axis, batch, fromEnd }) => ({ axis: axis + 1, batch: batch + 1, fromEnd }),
		branches: () => null,
	} satisfies Primitive<2, Picks>,
	/** The transpose of gather: zeros, and `updates` added where the indices say. */
	scatterAdd: {
		name: 'scatterAdd',
		type: ([updates, indices], { axis, batch, size }) => {
			checkKind('scatterAdd', 'numeric', updates.dtype);
			const picks = indices.shape.length - batch;
			return {
				shape: [...updates.shape.slice(0, axis), size, ...updates.shape.slice(axis + picks)],
				dtype: updates.dtype,
			};
		},
		vjp: (cotangent, [_, indices], __, { axis, batch, fromEnd }) => [
			cotangent.gather(indices, { axis, batch, fromEnd }),
			null,
		],
		jvp: ([dx], [_, indices], __, params) => (dx === null ? null : dx.scatterAdd(indices, params)),
		lift: ({ axis, batch, size, fromEnd }) => ({
			axis: axis + 1,
			batch: batch + 1,
			size,
			fromEnd,
		}),
		branches: () => null,
	} satisfies Primitive<2, Picks & { readonly size: number }>,

	/** The top `bits` bits of Threefry 2x32 words, as whole numbers, for each key [..., 2]: [..., shape]. */
	randomBits: {
		name: 'randomBits',
		type: ([key], { shape }) => ({ shape: [...key.shape.slice(0, -1), ...shape], dtype: 'i32' }),
		vjp: () => [null],
		jvp: () => null,
		lift: (params) => params,
		branches: () => null,
	} satisfies Primitive<
		1,
		{ readonly shape: Shape; readonly bits: number; readonly stream: number }
	>,

	/** Its first input, computed once the second has been: for what shall not take memory any earlier. */
	after: {
		name: 'after',
		type: ([x]) => x,
		vjp: (cotangent) => [cotangent, null],
		jvp: ([dx]) => dx,
		lift: (params) => params,
		branches: () => null,
	} satisfies Primitive<2, null>,

	/** Its first input, whose derivative with respect to the others is what the user says. */
	custom: {
		name: 'custom',
		type: ([value], _params) => {
			if (value === undefined) throw new Error('internal: custom has no value');
			return value;
		},
		vjp: (cotangent, [_, ...inputs], output, { rule }) => [
			null,
			...rule.vjp(cotangent, inputs, output),
		],
		jvp: ([_, ...tangents], [__, ...inputs], output, { rule }) =>
			tangents.every((tangent) => tangent === null) ? null : rule.jvp(tangents, inputs, output),
		lift: ({ rule }, size) => ({ rule: rule.lift(size) }),
		branches: () => null,
	} satisfies Primitive<number, { readonly rule: CustomRule }>,
} as const satisfies Record<string, AnyPrimitive>;

/** The name of a primitive: a key of the table. */
export type PrimitiveName = keyof typeof primitives;

/** The names of the elementwise primitives, or of one family of them. */
export type ElementwiseName<Family extends string = string> = {
	[Name in PrimitiveName]: (typeof primitives)[Name] extends { readonly family: Family }
		? Name
		: never;
}[PrimitiveName];

/** The parameters that a primitive's Nodes carry. */
export type ParamsOf<Name extends PrimitiveName> =
	Parameters<(typeof primitives)[Name]['type']> extends [unknown, infer Params] ? Params : null;

/** Where gather picks and scatterAdd adds: along `axis`, after `batch` shared axes; negative indices count from the end if `fromEnd`. */
interface Picks {
	readonly axis: number;
	readonly batch: number;
	readonly fromEnd: boolean;
}

/** A derivative supplied by the user, closed over nothing that differs between slices of a batch. */
export interface CustomRule {
	/** The operation on other inputs, its value computed anew. */
	again(inputs: readonly Node[]): Node;
	vjp(cotangent: Node, inputs: readonly Node[], output: Node): readonly (Node | null)[];
	jvp(tangents: readonly (Node | null)[], inputs: readonly Node[], output: Node): Node | null;
	lift(size: number): CustomRule;
}

/** The largest or smallest along `axes`; those that tie share the derivative evenly. */
function extremum(name: 'max' | 'min'): Primitive<1, { readonly axes: readonly number[] }> {
	const shares = (x: Node, y: Node, axes: readonly number[]): Node => {
		const winners = x.equal(alongAxes(y, axes, x.shape)).cast(x.dtype);
		return winners.div(winners.sum(axes, { keepDims: true }));
	};
	return {
		name,
		type: ([x], { axes }) => {
			const empty = axes.find((axis) => x.shape[axis] === 0);
			if (empty !== undefined)
				throw new ShapeError(
					`${name}: axis ${empty} of ${formatShape(x.shape)} is empty, and nothing has no ${name}imum`,
				);
			return { shape: withoutAxes(x.shape, axes), dtype: x.dtype };
		},
		vjp: (cotangent, [x], y, { axes }) => [
			shares(x, y, axes).mul(alongAxes(cotangent, axes, x.shape)),
		],
		jvp: ([dx], [x], y, { axes }) => dx && shares(x, y, axes).mul(dx).sum(axes),
		lift: liftAxes,
		branches: ([x], y, { axes }) => x.equal(alongAxes(y, axes, x.shape)),
	};
}

/** The one primitive of variable arity; it refers to itself, since its derivative is itself on the tangents. */
function concatenation(): Primitive<number, { readonly axis: number }> {
	const self: Primitive<number, { readonly axis: number }> = {
		name: 'concatenate',
		type: (inputs, { axis }) => {
			const [first] = inputs;
			if (first === undefined)
				throw new ShapeError('concatenate: got no tensors, needs at least one');
			let length = 0;
			for (const x of inputs) {
				if (x.dtype !== first.dtype)
					throw new DTypeError(
						`concatenate: dtypes ${first.dtype} and ${x.dtype} differ; cast them first`,
					);
				if (!sameButFor(axis, x.shape, first.shape))
					throw new ShapeError(
						`concatenate: shapes ${formatShape(first.shape)} and ${formatShape(x.shape)} differ in more than axis ${axis}`,
					);
				length += x.shape[axis] ?? 0;
			}
			return { shape: first.shape.with(axis, length), dtype: first.dtype };
		},
		vjp: (cotangent, inputs, _, { axis }) => {
			const before = Array.from({ length: axis }, () => null);
			let start = 0;
			return inputs.map((x) => {
				const stop = start + (x.shape[axis] ?? 0);
				const part = cotangent.slice(...before, [start, stop]);
				start = stop;
				return part;
			});
		},
		jvp: (tangents, inputs, _, params) =>
			tangents.every((tangent) => tangent === null)
				? null
				: record(
						self,
						inputs.map((x, i) => tangents[i] ?? x.zerosLike()),
						params,
					),
		lift: ({ axis }) => ({ axis: axis + 1 }),
		branches: () => null,
	};
	return self;
}

function sameButFor(axis: number, a: Shape, b: Shape): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (i !== axis && a[i] !== b[i]) return false;
	return true;
}

/** y, without `axes`, copied along them to `shape`. */
function alongAxes(y: Node, axes: readonly number[], shape: Shape): Node {
	return y
		.reshape(shape.map((length, axis) => (axes.includes(axis) ? 1 : length)))
		.broadcastTo(shape);
}

function liftAxes({ axes }: { readonly axes: readonly number[] }): { axes: readonly number[] } {
	return { axes: axes.map((axis) => axis + 1) };
}

/** sqrt(1 - x^2), without loss near 1. */
function otherLeg(x: Node): Node {
	return x.neg().add(1).mul(x.add(1)).sqrt();
}

/** The sum of (x + k)^-s over all k from 0, for x above 0 and a whole number s from 2, which counts as a constant. */
function hurwitzZeta(): Elementwise<2, 'transcendental'> {
	const self: Elementwise<2, 'transcendental'> = transcendental<2>('zeta', ([s, x]) => [
		0,
		record(self, [s.add(1), x], null)
			.mul(s)
			.neg(),
	]);
	return self;
}

/** The derivative of digamma: zeta of order 2, or below 1/2 by reflection, with what is left of x once it is whole. */
function trigamma(x: Node): Node {
	const isLow = x.less(0.5);
	const [order, size] = [x.zerosLike().add(2), isLow.where(x.neg().add(1), x)];
	const sum = record(primitives.zeta, [order, size], null);
	const rest = isLow.where(x.sub(x.round()), 0.25);
	const both = rest.mul(Math.PI).sin().reciprocal().mul(Math.PI).square();
	return isLow.where(both.sub(sum), sum);
}

/** The branches of what is nothing but steps. */
function itself(_: unknown, output: Node): Node {
	return output;
}

/** Which of two operands is ahead, or that they tie. */
function ahead([x, y]: Tuple<Node, 2>): Node {
	return x.sub(y).sign();
}

/** 1 where x > y, a half where they tie: the minimum-norm subgradient of maximum in x. */
function shareOf(x: Node, y: Node): Node {
	return x.greater(y).cast(x.dtype).add(x.equal(y).cast(x.dtype).mul(0.5));
}

/** y x^(y-1), and 0 where both are 0: the exponent is replaced there first, so that 0 times infinity never arises. */
function powerByBase(x: Node, y: Node): Node {
	const flat = x.equal(0).logicalAnd(y.equal(0));
	return y.mul(x.pow(flat.where(1, y).sub(1)));
}

/** x^y log x, and 0 where x is 0 and y is not negative, by the same replacement. */
function powerByExponent(x: Node, y: Node, z: Node): Node {
	const flat = x.equal(0).logicalAnd(y.greaterEqual(0));
	return z.mul(flat.where(1, x).log());
}
