import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { checkShape, type Shape, sizeOf } from '../graph/shape.ts';
import { take } from './indexing.ts';
import { constant } from './operand.ts';
import { checkedPerAxis, formatLengths, type PerAxis } from './perAxis.ts';
import type { PaddedWindows } from './winnersInWindows.ts';

/** The cells along one axis: where each begins, and how many elements it has. */
export interface Cells {
	readonly length: number;
	readonly count: number;
	readonly starts: readonly number[];
	readonly sizes: readonly number[];
	readonly longest: number;
}

/** The cells of an output size: of n elements, cell i of m is from floor(i n / m) to before ceil((i + 1) n / m). */
export function cellsOf(operation: string, x: Node, axes: number, outputSize: PerAxis): Cells[] {
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
export function evenWindows(cells: readonly Cells[]): PaddedWindows | null {
	if (cells.some(({ length, count }) => length % count !== 0)) return null;
	const size = cells.map(({ length, count }) => length / count);
	return { size, stride: size, dilation: size.map(() => 1), widths: size.map(() => [0, 0]) };
}

/**
 * The cells along each axis reduced, from the last one to the first, so that of equals the first in row-major order is the
 * first. `reduce` is given what finds the elements of all cells in a tensor of the same last axes, [..., cells, the longest
 * cell, ...], in which the last ones of shorter cells repeat, and the axis of these, counted from the end.
 */
export function cellByCell<Parts>(
	parts: Parts,
	cells: readonly Cells[],
	reduce: (parts: Parts, elementsOf: (x: Node) => Node, axis: number, cells: Cells) => Parts,
): Parts {
	return cells.reduceRight((reduced, each, i) => {
		const axis = i - cells.length;
		const positions = positionsOf(each);
		return reduce(reduced, (x) => take(x, positions, axis), axis, each);
	}, parts);
}

/** The positions of the elements of cells: [cells, the longest cell], in which the last ones of shorter cells repeat. */
function positionsOf({ starts, sizes, longest }: Cells): Node {
	const shape: Shape = [starts.length, longest];
	const positions = Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
		const cell = Math.floor(i / longest);
		return (starts[cell] ?? 0) + Math.min(i % longest, (sizes[cell] ?? 1) - 1);
	});
	return constant(positions, shape, 'i32');
}
