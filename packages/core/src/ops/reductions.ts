import {
	checkedBoolean,
	checkedFinite,
	checkedNumber,
	checkedOptions,
} from '../graph/arguments.ts';
import { isFloating } from '../graph/dtype.ts';
import { ShapeError } from '../graph/errors.ts';
import { type Node, type Primitive, record } from '../graph/node.ts';
import { formatShape, normalizeAxes, normalizeAxis, sizeOf } from '../graph/shape.ts';
import { logicalNot, where } from './comparison.ts';
import { expandDims, lastAxis, reshape } from './movement.ts';
import { castTo, type Operand, toFloating, toNode } from './operand.ts';
import { primitives } from './primitives.ts';

/** Which axes a reduction removes: one, several, or all if left out; negative ones count from the end. */
export type Axes = number | readonly number[];

/** Options of every reduction. */
export interface ReductionOptions {
	/** Keep the reduced axes with length 1, so that the result broadcasts against the operand. */
	readonly keepDims?: boolean;
}

/** The sum; 0 of nothing. Truth values and bytes are counted in i32. */
export function sum(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = counted(toNode('sum', x));
	return reduce('sum', node, axes, options, (axes) => record(primitives.sum, [node], { axes }));
}

/** The product; 1 of nothing. Truth values and bytes are counted in i32. */
export function prod(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = counted(toNode('prod', x));
	return reduce('prod', node, axes, options, (axes) => {
		const kept = node.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
		const outer = kept.map((axis) => node.shape[axis] ?? 0);
		const inner = sizeOf(axes.map((axis) => node.shape[axis] ?? 0));
		return record(
			primitives.prod,
			[reshape(node.permute([...kept, ...axes]), [...outer, inner])],
			null,
		);
	});
}

/** The arithmetic mean; NaN of nothing. */
export function mean(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = toFloating(toNode('mean', x));
	const along = checkedReduction('mean', node, axes, options);
	return sum(node, along, options).div(countAlong(node, along));
}

/** The largest along any axes, NaN if any is; elements that tie share the derivative evenly. Of nothing: ShapeError. */
export function amax(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = toNode('amax', x);
	return reduce('amax', node, axes, options, (axes) => record(primitives.max, [node], { axes }));
}

/** The smallest along any axes, NaN if any is; elements that tie share the derivative evenly. Of nothing: ShapeError. */
export function amin(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = toNode('amin', x);
	return reduce('amin', node, axes, options, (axes) => record(primitives.min, [node], { axes }));
}

/**
 * The largest element, or along one axis. As in PyTorch, elements that tie share the derivative evenly
 * if no axis is named, and along a named axis the first takes all; `amax` always shares.
 */
export function max(x: Operand, axis?: number, options?: ReductionOptions): Node {
	return axis === undefined ? amax(x, undefined, options) : pick('max', x, axis, argmax, options);
}

/** The smallest element, or along one axis; ties as in `max`. */
export function min(x: Operand, axis?: number, options?: ReductionOptions): Node {
	return axis === undefined ? amin(x, undefined, options) : pick('min', x, axis, argmin, options);
}

/** Whether any element holds; false of nothing. */
export function any(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = castTo(toNode('any', x), 'bool');
	return sum(node, checkedReduction('any', node, axes, options), options).greater(0);
}

/** Whether every element holds; true of nothing. */
export function all(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = castTo(toNode('all', x), 'bool');
	const along = checkedReduction('all', node, axes, options);
	return logicalNot(any(logicalNot(node), along, options));
}

/** The i32 index of the first largest element along an axis, or of the flat tensor; a NaN is largest. */
export function argmax(x: Operand, axis?: number, options?: ReductionOptions): Node {
	return winner(primitives.argmax, x, axis, options);
}

/** The i32 index of the first smallest element along an axis, or of the flat tensor; a NaN is smallest. */
export function argmin(x: Operand, axis?: number, options?: ReductionOptions): Node {
	return winner(primitives.argmin, x, axis, options);
}

/** Running sums along an axis. */
export function cumsum(x: Operand, axis: number): Node {
	const node = counted(toNode('cumsum', x));
	const at = normalizeAxis('cumsum', axis, node.shape.length);
	if (node.shape.length === 0) return node;
	const { moved, back } = lastAxis(node, at);
	return back(record(primitives.cumsum, [moved], null));
}

/** Options of variance and standard deviation. */
export interface VarianceOptions extends ReductionOptions {
	/** Divides by the count less this: 0, the default, as NumPy; 1 for the unbiased estimate, as PyTorch. */
	readonly correction?: number;
}

/** The variance, by deviations from the mean; NaN where the count is not above the correction. */
export function variance(x: Operand, axes?: Axes, options?: VarianceOptions): Node {
	return varianceAs('variance', x, axes, options);
}

/** The standard deviation; its derivative is 0 where it is 0. */
export function std(x: Operand, axes?: Axes, options?: VarianceOptions): Node {
	return rootOrZero(varianceAs('std', x, axes, options));
}

/** Options of `norm`. */
export interface NormOptions extends ReductionOptions {
	readonly axes?: Axes;
	/** 2, the default: Euclidean; 1: sum of magnitudes; Infinity: the largest magnitude; or any p > 0. */
	readonly order?: number;
}

/**
 * The norm of x as a vector of all its elements, or along `axes`. Its derivative is 0 where it is 0, and in an element
 * that is 0, where that of an order below 1 has no limit.
 */
export function norm(x: Operand, given?: NormOptions): Node {
	const {
		axes,
		order = 2,
		...options
	} = checkedOptions('norm', given, ['axes', 'order', 'keepDims']);
	const node = toFloating(toNode('norm', x));
	checkedReduction('norm', node, axes, options);
	checkedNumber('norm', 'order', order);
	if (!(order > 0))
		throw new RangeError(`norm: order ${order}; it must be a number above 0, or Infinity`);
	if (order === 1) return sum(node.abs(), axes, options);
	if (order === 2) return rootOrZero(sum(node.square(), axes, options));
	if (order === Infinity) return amax(node.abs(), axes, options);
	// The power's derivative at 0 is infinite or not a number for low orders, and so are later ones for all that are not whole.
	const nothing = node.equal(0);
	const powers = where(nothing, 0, where(nothing, 1, node.abs()).pow(order));
	const total = sum(powers, axes, options);
	const zero = total.equal(0);
	return where(zero, 0, where(zero, 1, total).pow(1 / order));
}

/** log(sum(exp(x))), without overflow; -Infinity of nothing. */
export function logSumExp(x: Operand, axes?: Axes, options?: ReductionOptions): Node {
	const node = toFloating(toNode('logSumExp', x));
	const along = checkedReduction('logSumExp', node, axes, options);
	if (countAlong(node, along) === 0) return sum(node, axes, options).log();
	const peak = amax(node, axes, { keepDims: true }).stopGradient();
	const shift = where(peak.isFinite(), peak, 0);
	const total = sum(node.sub(shift).exp(), axes, options).log();
	return total.add(shift.reshape(total.shape));
}

/**
 * exp(x) in proportion, adding up to 1 along the axis, without overflow. NaN all along it where one is NaN or Infinity,
 * or all are -Infinity.
 */
export function softmax(x: Operand, axis = -1): Node {
	const node = toFloating(toNode('softmax', x));
	const at = normalizeAxis('softmax', axis, node.shape.length);
	if (node.shape[at] === 0) return node;
	const powers = belowPeak(node, at).exp();
	return powers.div(sum(powers, at, { keepDims: true }));
}

/** log(softmax(x)), exact where softmax would round to 0, whatever offset all share; NaN where softmax is. */
export function logSoftmax(x: Operand, axis = -1): Node {
	const node = toFloating(toNode('logSoftmax', x));
	const at = normalizeAxis('logSoftmax', axis, node.shape.length);
	if (node.shape[at] === 0) return node;
	const below = belowPeak(node, at);
	return below.sub(sum(below.exp(), at, { keepDims: true }).log());
}

/** x less its largest along an axis: from 0 down, with all the digits in which x differs. */
function belowPeak(x: Node, axis: number): Node {
	return x.sub(amax(x, axis, { keepDims: true }).stopGradient());
}

function varianceAs(
	operation: string,
	x: Operand,
	axes: Axes | undefined,
	options: VarianceOptions | undefined,
): Node {
	const node = toFloating(toNode(operation, x));
	const { correction = 0, ...others } = checkedOptions(operation, options, [
		'keepDims',
		'correction',
	]);
	const along = checkedReduction(operation, node, axes, others);
	checkedFinite(operation, 'correction', correction);
	const deviation = node.sub(mean(node, along, { keepDims: true }));
	const count = Math.max(countAlong(node, along) - correction, 0);
	return sum(deviation.square(), along, others).div(count);
}

/** The axes that a reduction made of others removes, in ascending order, with its options checked. */
function checkedReduction(
	operation: string,
	x: Node,
	axes: Axes | undefined,
	options: ReductionOptions | undefined,
): number[] {
	keepsDims(operation, options);
	return normalizeAxes(operation, axes, x.shape.length);
}

function keepsDims(operation: string, options: ReductionOptions | undefined): boolean {
	const { keepDims = false } = checkedOptions(operation, options, ['keepDims']);
	return checkedBoolean(operation, 'keepDims', keepDims);
}

/** Truth values and bytes overflow soon; NumPy and PyTorch widen them too. */
function counted(x: Node): Node {
	return x.dtype === 'bool' || x.dtype === 'u8' ? castTo(x, 'i32') : x;
}

function reduce(
	operation: string,
	x: Node,
	axes: Axes | undefined,
	options: ReductionOptions | undefined,
	along: (axes: readonly number[]) => Node,
): Node {
	const gone = normalizeAxes(operation, axes, x.shape.length);
	const keeps = keepsDims(operation, options);
	const result = gone.length === 0 ? x : along(gone);
	if (!keeps) return result;
	return reshape(
		result,
		x.shape.map((length, axis) => (gone.includes(axis) ? 1 : length)),
	);
}

function countAlong(x: Node, axes: readonly number[]): number {
	return sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
}

function winner(
	primitive: Primitive<1, null>,
	x: Operand,
	axis: number | undefined,
	options: ReductionOptions | undefined,
): Node {
	const keeps = keepsDims(primitive.name, options);
	const given = toNode(primitive.name, x);
	const { shape } = given;
	const flat = axis === undefined || shape.length === 0;
	const at = axis === undefined ? 0 : normalizeAxis(primitive.name, axis, shape.length);
	const node = flat ? reshape(given, [sizeOf(shape)]) : given;
	if (node.shape[at] === 0)
		throw new ShapeError(
			`${primitive.name}: axis ${at} of ${formatShape(shape)} is empty, and nothing has no winner`,
		);
	const index = record(primitive, [lastAxis(node, at).moved], null);
	if (!keeps) return index;
	return reshape(index, flat ? shape.map(() => 1) : shape.with(at, 1));
}

function pick(
	operation: string,
	x: Operand,
	axis: number,
	choose: typeof argmax,
	options: ReductionOptions | undefined,
): Node {
	const keeps = keepsDims(operation, options);
	const node = toNode(operation, x);
	const at = normalizeAxis(operation, axis, node.shape.length);
	if (node.shape.length === 0) return node;
	const index = choose(node, at);
	const batch = index.shape.length;
	const value = record(primitives.gather, [lastAxis(node, at).moved, index], {
		axis: batch,
		batch,
		fromEnd: false,
	});
	return keeps ? expandDims(value, at) : value;
}

/** The square root with derivative 0, rather than infinite, at 0: the root's argument is replaced there first. */
function rootOrZero(x: Node): Node {
	if (!isFloating(x.dtype)) throw new Error(`internal: the root of ${x.dtype}`);
	const zero = x.equal(0);
	return where(zero, 0, where(zero, 1, x).sqrt());
}
