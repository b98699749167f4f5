import { checkedList, checkedNumber, checkedNumbers } from './arguments.ts';
import { describe } from './describe.ts';
import { ShapeError } from './errors.ts';

/** The sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** The largest number of elements: one more would not fit a signed 32-bit index. */
export const maximumSize: number = 2 ** 31 - 1;

/** The largest number of axes, NumPy's and PyTorch's: so deep nested arrays are read, and no deeper. */
export const maximumRank: number = 64;

/** The number of elements of a shape that has passed `checkShape`. */
export function sizeOf(shape: Shape): number {
	let size = 1;
	for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] as number; // axis is in range
	return size;
}

/** A shape that a user passed, copied, for a Node keeps it. */
export function checkedShape(operation: string, shape: Shape): Shape {
	const copy = checkedNumbers(operation, 'shape', shape, maximumRank);
	checkShape(operation, copy);
	return copy;
}

/** Refuses a shape with a length that is not a whole number from 0, or with too many axes or elements. */
export function checkShape(operation: string, shape: Shape): void {
	if (shape.length > maximumRank)
		throw new ShapeError(
			`${operation}: the shape has ${shape.length} axes; the most are ${maximumRank}`,
		);
	let size = 1;
	for (const length of shape) {
		if (!Number.isInteger(length) || length < 0)
			throw new ShapeError(
				`${operation}: shape ${formatShape(shape)} holds ${length}; every length must be a whole number from 0`,
			);
		if (length > maximumSize)
			throw new ShapeError(
				`${operation}: shape ${formatShape(shape)} holds ${length}; the largest length is ${maximumSize}`,
			);
		size *= length;
	}
	// Exact up to the maximum, and rounded but never below it beyond.
	if (size > maximumSize)
		throw new ShapeError(
			`${operation}: shape ${formatShape(shape)} has about ${size} elements; the most is ${maximumSize}`,
		);
}

/** `[2, 3]`, as error messages and printed graphs show shapes. */
export function formatShape(shape: Shape): string {
	const shown = checkedList('formatShape', 'shape', shape).slice(0, maximumRank);
	const more = shape.length > maximumRank ? ', ...' : '';
	return `[${checkedNumbers('formatShape', 'shape', shown, maximumRank).join(', ')}${more}]`;
}

/** Whether two shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
	if (a === b) return true;
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

/** All indices of a shape, in row-major order. */
export function indicesOf(shape: Shape): readonly (readonly number[])[] {
	let indices: number[][] = [[]];
	for (const length of shape)
		indices = indices.flatMap((index) => Array.from({ length }, (_, i) => [...index, i]));
	return indices;
}

/** The elements to step over for one step along each axis, in row-major order. */
export function stridesOf(shape: Shape): number[] {
	const strides = new Array<number>(shape.length);
	let stride = 1;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		strides[axis] = stride;
		stride *= shape[axis] as number; // axis is in range
	}
	return strides;
}

/** The common shape of operands, aligned at their last axes; a length of 1 stretches (NumPy's rule). */
export function broadcastShapes(operation: string, shapes: readonly Shape[]): Shape {
	const first = shapes[0];
	if (first !== undefined && shapes.every((shape) => sameShape(shape, first))) return first;
	const rank = Math.max(0, ...shapes.map((shape) => shape.length));
	const result = new Array<number>(rank).fill(1);
	for (const shape of shapes) {
		for (let axis = 0; axis < shape.length; axis++) {
			const length = shape[axis] as number; // axis is in range
			const at = rank - shape.length + axis;
			if (length === 1 || length === result[at]) continue;
			if (result[at] !== 1)
				throw new ShapeError(
					`${operation}: cannot broadcast ${shapes.map(formatShape).join(' with ')}: lengths ${result[at]} and ${length} differ; each must be equal or 1`,
				);
			result[at] = length;
		}
	}
	return result;
}

/** An axis counted from the start, from one that may count from the end; a scalar has axes 0 and -1, as in PyTorch. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
	const axes = Math.max(rank, 1);
	checkedNumber(operation, 'the axis', axis);
	if (!Number.isInteger(axis) || axis < -axes || axis >= axes)
		throw new RangeError(
			`${operation}: axis ${axis} of a tensor of rank ${rank}; it must be a whole number from ${-axes} to ${axes - 1}`,
		);
	return axis < 0 ? axis + axes : axis;
}

/** Distinct axes in ascending order; `undefined` stands for all. */
export function normalizeAxes(
	operation: string,
	axes: number | readonly number[] | undefined,
	rank: number,
): number[] {
	if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
	if (typeof axes !== 'number' && !Array.isArray(axes))
		throw new TypeError(
			`${operation}: axes is ${describe(axes)}; it must be a number or an array of numbers, such as 0 or [0, 1]`,
		);
	const list =
		typeof axes === 'number' ? [axes] : checkedNumbers(operation, 'axes', axes, maximumRank);
	const normal = list.map((axis) => normalizeAxis(operation, axis, rank));
	if (new Set(normal).size < normal.length)
		throw new RangeError(`${operation}: axes ${formatShape(list)} name one axis twice`);
	return normal.filter((axis) => axis < rank).sort((a, b) => a - b);
}

/** The shape without the given axes. */
export function withoutAxes(shape: Shape, axes: readonly number[]): Shape {
	return shape.filter((_, axis) => !axes.includes(axis));
}
