import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { checkShape } from '../graph/shape.ts';
import { floorDivide, minimum } from './arithmetic.ts';
import { take } from './indexing.ts';
import { checkedPerAxis, formatLengths, type PerAxis } from './perAxis.ts';
import { primitives } from './primitives.ts';
import type { PaddedWindows } from './winnersInWindows.ts';

/**
 * The cells along one axis: of n elements, cell i of m is from floor(i n / m) to before ceil((i + 1) n / m). What tells of
 * each of them is computed with what reads it, as there may be as many as a tensor has elements.
 */
export interface Cells {
	/** Of elements. */
	readonly length: number;
	/** Of cells. */
	readonly count: number;
	/** The number of elements of the longest cell. */
	readonly longest: number;
}

/** The cells of an output size, along each of the last `axes` axes of x. */
export function cellsOf(operation: string, x: Node, axes: number, outputSize: PerAxis): Cells[] {
	const output = checkedPerAxis(operation, 'outputSize', outputSize, axes, 1);
	const lead = x.shape.slice(0, x.shape.length - axes);
	const lengths = x.shape.slice(lead.length);
	if (lengths.includes(0))
		throw new ShapeError(
			`${operation}: the input of ${formatLengths(lengths)} is empty; each of ${formatLengths(output)} cells must have an element`,
		);
	checkShape(operation, [...lead, ...output]);
	const cells = lengths.map((length, axis) => {
		const count = output[axis] ?? 1;
		if ((length + 1) * (count + 1) > Number.MAX_SAFE_INTEGER)
			throw new ShapeError(
				`${operation}: ${length} elements in ${count} cells, more than f64 can count; ask for fewer cells`,
			);
		// Cell i has ceil((r + n) / m) elements, r the remainder of i n by m: a multiple of what divides both, and less than m.
		const rest = count - greatestCommonDivisor(length, count);
		return { length, count, longest: Math.ceil((rest + length) / count) };
	});
	if (evenWindows(cells) === null)
		for (const [axis, { count, longest }] of cells.entries()) {
			// What `cellByCell` makes along an axis.
			const elements = [count, longest, ...output.slice(axis + 1)];
			checkShape(operation, elements);
			checkShape(operation, [...lead, ...lengths.slice(0, axis), ...elements]);
		}
	return cells;
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

/** The number of elements of each cell, [cells]. */
export function sizesOf(cells: Cells): Node {
	const { length, count } = cells;
	const ends = floorDivide(multiples(cells).add(length + count - 1), count);
	return ends.sub(startsOf(cells));
}

function startsOf(cells: Cells): Node {
	return floorDivide(multiples(cells), cells.count);
}

/** i n of each cell i, of n elements, in numbers that are exact of all its cells' ends. */
function multiples({ length, count }: Cells): Node {
	const dtype = (count + 1) * (length + 1) < 2 ** 31 ? 'i32' : 'f64';
	return record(primitives.iota, [], { shape: [count], axis: 0, dtype }).mul(length);
}

/** 0, 1, ... for the elements of a cell, as many as the longest has. */
export function placesIn({ longest }: Cells): Node {
	return record(primitives.iota, [], { shape: [longest], axis: 0, dtype: 'i32' });
}

/** The positions of the elements of cells: [cells, the longest cell], in which the last ones of shorter cells repeat. */
function positionsOf(cells: Cells): Node {
	const column = [cells.count, 1];
	const last = sizesOf(cells).sub(1).reshape(column);
	return startsOf(cells)
		.reshape(column)
		.add(minimum(placesIn(cells), last))
		.cast('i32');
}

function greatestCommonDivisor(a: number, b: number): number {
	let [greater, less] = [a, b];
	while (less > 0) [greater, less] = [less, greater % less];
	return greater;
}
