import { checkedCount, checkedFinite, checkedOptions } from '../graph/arguments.ts';
import { checkedDType, type DType } from '../graph/dtype.ts';
import { type Node, record } from '../graph/node.ts';
import { checkedShape, checkShape, type Shape } from '../graph/shape.ts';
import { equal, where } from './comparison.ts';
import { broadcastAs, broadcastNode } from './movement.ts';
import { castTo, checkFits, type Operand, toNode, toTensor } from './operand.ts';
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
	options?: { readonly dtype?: DType; readonly shape?: Shape },
): Node {
	const { dtype, shape } = checkedOptions('tensor', options, ['dtype', 'shape']);
	return toTensor('tensor', data, dtype, shape);
}

/** A tensor of the given shape of which every element is `value`. */
export function full(shape: Shape, value: Operand, options?: DTypeOption): Node {
	const { dtype } = checkedOptions('full', options, ['dtype']);
	return broadcastAs('full', toTensor('full', value, dtype, undefined), shape);
}

/** A tensor of zeros. */
export function zeros(shape: Shape, options?: DTypeOption): Node {
	return filled('zeros', shape, 0, options);
}

/** A tensor of ones. */
export function ones(shape: Shape, options?: DTypeOption): Node {
	return filled('ones', shape, 1, options);
}

/** Zeros of the shape and dtype of x. */
export function zerosLike(x: Operand): Node {
	const { shape, dtype } = toNode('zerosLike', x);
	return filled('zerosLike', shape, 0, { dtype });
}

/** Ones of the shape and dtype of x. */
export function onesLike(x: Operand): Node {
	const { shape, dtype } = toNode('onesLike', x);
	return filled('onesLike', shape, 1, { dtype });
}

/** The identity matrix [size, size]. */
export function eye(size: number, options?: DTypeOption): Node {
	const shape = [size, size];
	const dtype = dtypeOf('eye', options);
	checkedCount('eye', 'size', size);
	checkShape('eye', shape);
	const along = (axis: number): Node => record(primitives.iota, [], { shape, axis, dtype: 'i32' });
	return castTo(equal(along(0), along(1)), dtype);
}

/**
 * `arange(stop)` or `arange(start, stop, step)`: evenly spaced numbers from start, before stop.
 * Throws RangeError for numbers the dtype cannot hold.
 */
export function arange(
	startOrStop: number,
	stop?: number,
	step?: number,
	options?: DTypeOption,
): Node {
	const dtype = dtypeOf('arange', options);
	const from = stop === undefined ? 0 : checkedFinite('arange', 'the start', startOrStop);
	const to = checkedFinite('arange', 'the stop', stop ?? startOrStop);
	const by = step === undefined ? 1 : checkedFinite('arange', 'the step', step);
	if (by === 0) throw new RangeError('arange: the step is 0; it must not be');
	const count = Math.max(0, Math.ceil((to - from) / by));
	return castTo(spaced('arange', count, from, by, dtype), dtype);
}

/**
 * `count` evenly spaced numbers from start to stop, both included and both finite.
 * Throws RangeError for numbers the dtype cannot hold.
 */
export function linspace(start: number, stop: number, count: number, options?: DTypeOption): Node {
	const dtype = dtypeOf('linspace', options);
	const from = checkedFinite('linspace', 'the start', start);
	const to = checkedFinite('linspace', 'the stop', stop);
	const steps = checkedCount('linspace', 'count', count) - 1;
	if (steps < 1) return castTo(spaced('linspace', count, from, 0, dtype), dtype);
	checkFits('linspace', to, dtype);
	// By halves, exact of such numbers, where the difference overflows.
	const scale = Number.isFinite(to - from) ? 1 : 2;
	const step = (to / scale - from / scale) / steps;
	const parts = spaced('linspace', count, from / scale, step, dtype);
	const numbers = scale === 1 ? parts : parts.mul(scale);
	// The last step may miss the stop by a rounding.
	const index = record(primitives.iota, [], { shape: [count], axis: 0, dtype: 'i32' });
	return castTo(where(equal(index, steps), to, numbers), dtype);
}

/** start + i step in f64, to be rounded once, so that long ranges do not drift; all fit the dtype. */
function spaced(operation: string, count: number, start: number, step: number, dtype: DType): Node {
	const shape = [count];
	checkShape(operation, shape);
	if (count > 0) checkFits(operation, start, dtype);
	if (count > 1) {
		checkFits(operation, start + step, dtype);
		checkFits(operation, start + (count - 1) * step, dtype);
	}
	const index = record(primitives.iota, [], { shape, axis: 0, dtype: 'f64' });
	return index.mul(step).add(start);
}

function filled(
	operation: string,
	lengths: Shape,
	value: number,
	options: DTypeOption | undefined,
): Node {
	// Who writes zeros(3, 2) learns of the shape, not of the options.
	const shape = checkedShape(operation, lengths);
	return broadcastNode(toTensor(operation, value, dtypeOf(operation, options), undefined), shape);
}

function dtypeOf(operation: string, options: DTypeOption | undefined): DType {
	const { dtype = 'f32' } = checkedOptions(operation, options, ['dtype']);
	return checkedDType(operation, dtype);
}
