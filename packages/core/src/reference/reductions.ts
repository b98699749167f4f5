import { allocate, type Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { first, type Kernel } from './kernel.ts';
import { permuted } from './movement.ts';

// A reduction is of the rows of a matrix: the reduced axes are moved to the end first, if they are not there.

type Axes = { readonly axes: readonly number[] };
/** Reduces each row of `length` elements of x to one element of `out`. */
type RowLoop = (out: Data, x: Data, length: number) => void;

const overAxes =
	(loop: RowLoop): Kernel<Axes> =>
	(inputs, node, { axes }) => {
		const shape = node.inputs[0]?.shape ?? [];
		const out = allocate(node.dtype, sizeOf(node.shape));
		const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
		const length = sizeOf(axes.map((axis) => shape[axis]!));
		loop(out, rowsOf(first(inputs), node, [...kept, ...axes]), length);
		return out;
	};

function rowsOf(x: Data, node: Node, order: readonly number[]): Data {
	if (order.every((axis, i) => axis === i)) return x;
	const { shape, dtype } = node.inputs[0] as Node; // reductions have an input
	const rows = allocate(dtype, x.length);
	permuted(x, shape, order, rows);
	return rows;
}

const overLastAxis =
	(loop: RowLoop): Kernel<null> =>
	(inputs, node) => {
		const x = first(inputs);
		const out = allocate(node.dtype, sizeOf(node.shape));
		loop(out, x, node.inputs[0]?.shape.at(-1) ?? 1);
		return out;
	};

export const sum: Kernel<Axes> = overAxes((out, x, length) => {
	if (out instanceof Int32Array || out instanceof Uint8Array)
		for (let row = 0; row < out.length; row++) out[row] = wholeSum(x, row * length, length);
	else for (let row = 0; row < out.length; row++) out[row] = pairwiseSum(x, row * length, length);
});

/** Wraps at 32 bits, as i32 does; f64 would lose the low bits of long sums. */
function wholeSum(x: Data, start: number, length: number): number {
	let total = 0;
	for (let i = start; i < start + length; i++) total = (total + x[i]!) | 0;
	return total;
}

const block = 128;

/** Halves in f64 down to short blocks: the error grows with the logarithm of the length (Higham 1993). */
function pairwiseSum(x: Data, start: number, length: number): number {
	if (length <= block) {
		if (length === 0) return 0;
		let total = x[start]!;
		for (let i = start + 1; i < start + length; i++) total += x[i]!;
		return total;
	}
	const half = Math.ceil(length / 2 / block) * block;
	return pairwiseSum(x, start, half) + pairwiseSum(x, start + half, length - half);
}

// As `maximum` and `minimum` of two: NaN wins, and -0 is less than 0, so that the order does not matter.
export const max: Kernel<Axes> = overAxes((out, x, length) => {
	for (let row = 0; row < out.length; row++) {
		let best = -Infinity;
		for (let i = row * length; i < (row + 1) * length; i++) best = Math.max(best, x[i]!);
		out[row] = best;
	}
});

export const min: Kernel<Axes> = overAxes((out, x, length) => {
	for (let row = 0; row < out.length; row++) {
		let best = Infinity;
		for (let i = row * length; i < (row + 1) * length; i++) best = Math.min(best, x[i]!);
		out[row] = best;
	}
});

export const argmax: Kernel<null> = overLastAxis((out, x, length) => {
	for (let row = 0; row < out.length; row++)
		out[row] = firstLargest(x, row * length, length) - row * length;
});

export const argmin: Kernel<null> = overLastAxis((out, x, length) => {
	for (let row = 0; row < out.length; row++)
		out[row] = firstSmallest(x, row * length, length) - row * length;
});

/** The position of the first largest element; a NaN counts as larger than any number. */
function firstLargest(x: Data, start: number, length: number): number {
	let best = start;
	for (let i = start; i < start + length; i++) {
		if (x[i]! > x[best]!) best = i;
		else if (Number.isNaN(x[i])) return i;
	}
	return best;
}

function firstSmallest(x: Data, start: number, length: number): number {
	let best = start;
	for (let i = start; i < start + length; i++) {
		if (x[i]! < x[best]!) best = i;
		else if (Number.isNaN(x[i])) return i;
	}
	return best;
}

export const prod: Kernel<null> = overLastAxis((out, x, length) => {
	const whole = out instanceof Int32Array || out instanceof Uint8Array;
	for (let row = 0; row < out.length; row++) {
		let product = 1;
		const [start, stop] = [row * length, (row + 1) * length];
		if (whole) for (let i = start; i < stop; i++) product = Math.imul(product, x[i]!);
		else for (let i = start; i < stop; i++) product *= x[i]!;
		out[row] = product;
	}
});

export const cumsum: Kernel<null> = overLastAxis((out, x, length) => {
	let total = 0;
	for (let i = 0; i < x.length; i++) {
		if (i % length === 0) total = 0;
		total += x[i]!;
		out[i] = total;
	}
});

export const argsort: Kernel<null> = overLastAxis((out, x, length) => {
	for (let start = 0; start < x.length; start += length) orderOf(x, start, out, length);
});

export const sort: Kernel<null> = overLastAxis((out, x, length) => {
	const order = new Int32Array(x.length);
	for (let start = 0; start < x.length; start += length) {
		orderOf(x, start, order, length);
		for (let i = start; i < start + length; i++) out[i] = x[start + order[i]!]!;
	}
});

/** Writes to `out` the positions within the row at `start` in ascending order, equal ones as they stand, NaN last. */
function orderOf(x: Data, start: number, out: Data, length: number): void {
	const order = out.subarray(start, start + length);
	for (let i = 0; i < length; i++) order[i] = i;
	order.sort((i, j) => {
		const [a, b] = [x[start + i]!, x[start + j]!];
		if (a < b) return -1;
		if (a > b) return 1;
		return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j;
	});
}
