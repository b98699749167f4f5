import { arrays } from '../graph/dtype.ts';
import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { checkShape, type Shape, sizeOf } from '../graph/shape.ts';
import { where } from './comparison.ts';
import { take } from './indexing.ts';
import { largestInWindows } from './largestInWindows.ts';
import { constant, type Operand, toFloating } from './operand.ts';
import type { Windows } from './overlapAdd.ts';
import { checkedPerAxis, formatLengths, type PerAxis } from './perAxis.ts';
import { spatialOperand } from './poolingFrame.ts';
import { max, sum } from './reductions.ts';
import { sumInWindows } from './sumsInWindows.ts';

// Pooling into a given number of cells, as PyTorch's, of [batch, channels, ...spatial] or [channels, ...spatial].

/**
 * The largest element of each of `outputSize` cells of x, [batch, channels, length] or [channels, length]: of n elements,
 * cell i of m is from floor(i n / m) to before ceil((i + 1) n / m). NaN and equals as in `maxPool1d`.
 */
export function adaptiveMaxPool1d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveMaxPool('adaptiveMaxPool1d', 1, x, outputSize);
}

/** As `adaptiveMaxPool1d`, of [batch, channels, rows, columns] or [channels, rows, columns]. */
export function adaptiveMaxPool2d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveMaxPool('adaptiveMaxPool2d', 2, x, outputSize);
}

/** As `adaptiveMaxPool2d`, of three spatial axes. */
export function adaptiveMaxPool3d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveMaxPool('adaptiveMaxPool3d', 3, x, outputSize);
}

/**
 * The mean of each of `outputSize` cells of x, [batch, channels, length] or [channels, length]: of n elements, cell i of m
 * is from floor(i n / m) to before ceil((i + 1) n / m).
 */
export function adaptiveAvgPool1d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveAvgPool('adaptiveAvgPool1d', 1, x, outputSize);
}

/** As `adaptiveAvgPool1d`, of [batch, channels, rows, columns] or [channels, rows, columns]. */
export function adaptiveAvgPool2d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveAvgPool('adaptiveAvgPool2d', 2, x, outputSize);
}

/** As `adaptiveAvgPool2d`, of three spatial axes. */
export function adaptiveAvgPool3d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveAvgPool('adaptiveAvgPool3d', 3, x, outputSize);
}

function adaptiveMaxPool(operation: string, axes: number, x: Operand, outputSize: PerAxis): Node {
	const node = spatialOperand(operation, axes, x);
	const cells = cellsOf(operation, node, axes, outputSize);
	const even = evenWindows(cells);
	if (even !== null) return largestInWindows(node, even, []);
	return cellByCell(node, cells, (elements, axis) => max(elements, axis));
}

function adaptiveAvgPool(operation: string, axes: number, x: Operand, outputSize: PerAxis): Node {
	const node = toFloating(spatialOperand(operation, axes, x));
	const cells = cellsOf(operation, node, axes, outputSize);
	const even = evenWindows(cells);
	if (even !== null) return sumInWindows(node, even).div(sizeOf(even.size));
	return cellByCell(node, cells, (elements, axis, { sizes, longest }) => {
		const after = elements.shape.slice(axis + 1).map(() => 1);
		const isOwn = Uint8Array.from({ length: sizes.length * longest }, (_, i) =>
			i % longest < (sizes[Math.floor(i / longest)] ?? 0) ? 1 : 0,
		);
		const mask = constant(isOwn, [sizes.length, longest, ...after], 'u8').cast('bool');
		const { dtype } = node;
		const counts = constant(arrays[dtype].from(sizes), [sizes.length, ...after], dtype);
		return sum(where(mask, elements, 0), axis).div(counts);
	});
}

/** The cells along one axis: where each begins, and how many elements it has. */
interface Cells {
	readonly length: number;
	readonly count: number;
	readonly starts: readonly number[];
	readonly sizes: readonly number[];
	readonly longest: number;
}

function cellsOf(operation: string, x: Node, axes: number, outputSize: PerAxis): Cells[] {
	const output = checkedPerAxis(operation, 'outputSize', outputSize, axes, 1);
	const lengths = x.shape.slice(x.shape.length - axes);
	if (lengths.includes(0))
		throw new ShapeError(
			`${operation}: the input of ${formatLengths(lengths)} is empty; each of ${formatLengths(output)} cells must have an element`,
		);
	checkShape(operation, [...x.shape.slice(0, x.shape.length - axes), ...output]);
	return lengths.map((length, axis) => {
		const count = output[axis] ?? 1;
		const starts = Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
		const sizes = starts.map((start, i) => Math.ceil(((i + 1) * length) / count) - start);
		return { length, count, starts, sizes, longest: sizes.reduce((a, b) => Math.max(a, b), 1) };
	});
}

/** The windows that cells are if all along an axis are as long; else null. */
function evenWindows(cells: readonly Cells[]): Windows | null {
	if (cells.some(({ length, count }) => length % count !== 0)) return null;
	const size = cells.map(({ length, count }) => length / count);
	return { size, stride: size, dilation: size.map(() => 1) };
}

/**
 * The cells along each axis reduced, from the last to the first, so that of equals the first in row-major order is
 * the first. \`reduce\` is given the elements of all cells, [..., the longest cell, ...], in which the last ones of
 * shorter cells repeat, and the axis of these.
 */
function cellByCell(
	x: Node,
	cells: readonly Cells[],
	reduce: (elements: Node, axis: number, cells: Cells) => Node,
): Node {
	return cells.reduceRight((reduced, each, axis) => {
		const along = x.shape.length - cells.length + axis;
		return reduce(take(reduced, positionsOf(each), along), along + 1, each);
	}, x);
}

/** The positions of the elements of cells: [cells, the longest cell]. */
function positionsOf({ starts, sizes, longest }: Cells): Node {
	const shape: Shape = [starts.length, longest];
	const positions = Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
		const cell = Math.floor(i / longest);
		return (starts[cell] ?? 0) + Math.min(i % longest, (sizes[cell] ?? 1) - 1);
	});
	return constant(positions, shape, 'i32');
}
