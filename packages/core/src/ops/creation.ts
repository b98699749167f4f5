import type { DType } from '../graph/dtype.ts';
import { type Node, record } from '../graph/node.ts';
import type { Shape } from '../graph/shape.ts';
import { equal } from './comparison.ts';
import { broadcastTo } from './movement.ts';
import { castTo, type Operand, toNode, toTensor } from './operand.ts';
import { primitives } from './primitives.ts';

/** The dtype of a new tensor; f32 if left out. */
export interface DTypeOption {
	readonly dtype?: DType;
}

/**
 * A tensor from a number, nested arrays or a typed array, whose elements it copies. Typed arrays keep
 * their dtype, truth values are bool, other numbers f32, unless `dtype` says otherwise; `shape` reshapes.
 * Throws ShapeError for ragged arrays and sizes that differ, RangeError for numbers the dtype cannot hold.
 */
export function tensor(
	data: Operand,
	{ dtype, shape }: { readonly dtype?: DType; readonly shape?: Shape } = {},
): Node {
	return toTensor('tensor', data, dtype, shape);
}

/** A tensor of the given shape with `value` in every place. */
export function full(shape: Shape, value: Operand, { dtype }: DTypeOption = {}): Node {
	return broadcastTo(toTensor('full', value, dtype, undefined), shape);
}

/** A tensor of zeros. */
export function zeros(shape: Shape, { dtype = 'f32' }: DTypeOption = {}): Node {
	return full(shape, 0, { dtype });
}

/** A tensor of ones. */
export function ones(shape: Shape, { dtype = 'f32' }: DTypeOption = {}): Node {
	return full(shape, 1, { dtype });
}

/** Zeros of the shape and dtype of x. */
export function zerosLike(x: Operand): Node {
	const { shape, dtype } = toNode('zerosLike', x);
	return full(shape, 0, { dtype });
}

/** Ones of the shape and dtype of x. */
export function onesLike(x: Operand): Node {
	const { shape, dtype } = toNode('onesLike', x);
	return full(shape, 1, { dtype });
}

/** The identity matrix [size, size]. */
export function eye(size: number, { dtype = 'f32' }: DTypeOption = {}): Node {
	const shape = [size, size];
	const along = (axis: number): Node => record(primitives.iota, [], { shape, axis, dtype: 'i32' });
	return castTo(equal(along(0), along(1)), dtype);
}

/** `arange(stop)` or `arange(start, stop, step)`: evenly spaced numbers from start, before stop. */
export function arange(
	startOrStop: number,
	stop?: number,
	step = 1,
	{ dtype = 'f32' }: DTypeOption = {},
): Node {
	const [from, to] = stop === undefined ? [0, startOrStop] : [startOrStop, stop];
	if (step === 0 || !Number.isFinite(from) || !Number.isFinite(to) || !Number.isFinite(step))
		throw new RangeError(
			`arange: from ${from} to ${to} by ${step}; all must be finite and the step not 0`,
		);
	const count = Math.max(0, Math.ceil((to - from) / step));
	return spaced(count, from, step, dtype);
}

/** `count` evenly spaced numbers from start to stop, both included. */
export function linspace(
	start: number,
	stop: number,
	count: number,
	{ dtype = 'f32' }: DTypeOption = {},
): Node {
	return spaced(count, start, count > 1 ? (stop - start) / (count - 1) : 0, dtype);
}

/** start + i step, computed in f64 and rounded once, so that long ranges do not drift. */
function spaced(count: number, start: number, step: number, dtype: DType): Node {
	const index = record(primitives.iota, [], { shape: [count], axis: 0, dtype: 'f64' });
	return castTo(index.mul(step).add(start), dtype);
}
