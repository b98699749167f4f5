import type { DType } from './dtype.ts';
import { formatNumbers } from './formatNumbers.ts';
import { type Shape, sizeOf, stridesOf } from './shape.ts';

/** The largest tensor that is shown whole. */
export const maxShownElements = 1000;
/** The elements at each end of an axis that a shortened tensor shows, if there is room for as many. */
const maxEdgeElements = 3;
/** The length of a line. */
const lineCharacters = 75;

/**
 * The elements of a tensor in nested brackets, rows below one another and columns aligned, as NumPy shows an array. Of
 * more than 1000 elements only the first and last 3 along each axis are shown, or fewer, where there are many axes; of
 * none, `[]`. `at` gives the element at a position in row-major order; no more than those shown are asked for.
 */
export function formatArray(shape: Shape, dtype: DType, at: (index: number) => number): string {
	if (sizeOf(shape) === 0) return '[]';
	const shown = shownAlong(shape);
	const numbers = positionsOf(shape, shown).map(at);
	// A number alone has all its digits.
	const texts = formatNumbers(numbers, dtype, shape.length === 0 ? Infinity : undefined);
	return new Rows(shape, shown, texts).text();
}

/** How many of the first and of the last along an axis are shown; what lies between is left out. */
interface Shown {
	readonly first: number;
	readonly last: number;
}

function shownAlong(shape: Shape): Shown[] {
	const all = shape.map((length): Shown => ({ first: length, last: 0 }));
	if (sizeOf(shape) <= maxShownElements) return all;
	for (let edge = maxEdgeElements; edge > 0; edge--) {
		const ends = shape.map(
			(length, axis) => (length > 2 * edge ? { first: edge, last: edge } : (all[axis] as Shown)), // one for each axis
		);
		if (countOf(ends) <= maxShownElements) return ends;
	}
	// Where there are too many axes to show both ends of each, the outer ones show the first alone.
	const few = shape.map((): Shown => ({ first: 1, last: 0 }));
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		const length = shape[axis] as number; // axis is in range
		few[axis] = length > 2 ? { first: 1, last: 1 } : { first: length, last: 0 };
		if (countOf(few) <= maxShownElements) continue;
		few[axis] = { first: 1, last: 0 };
		break;
	}
	return few;
}

function countOf(shown: readonly Shown[]): number {
	return shown.reduce((count, { first, last }) => count * (first + last), 1);
}

/** The positions of the elements shown, in row-major order. */
function positionsOf(shape: Shape, shown: readonly Shown[]): number[] {
	const strides = stridesOf(shape);
	let positions = [0];
	for (const [axis, { first, last }] of shown.entries()) {
		const length = shape[axis] as number; // one for each axis
		const stride = strides[axis] as number; // one for each axis
		const along = Array.from({ length: first + last }, (_, i) =>
			i < first ? i : length - last + i - first,
		);
		positions = positions.flatMap((position) => along.map((i) => position + i * stride));
	}
	return positions;
}

/** Texts of elements, read in order, as nested brackets. */
class Rows {
	readonly #shape: Shape;
	readonly #shown: readonly Shown[];
	readonly #texts: readonly string[];
	#next = 0;

	constructor(shape: Shape, shown: readonly Shown[], texts: readonly string[]) {
		this.#shape = shape;
		this.#shown = shown;
		this.#texts = texts;
	}

	/** Deep as there are axes. */
	text(axis = 0): string {
		if (axis === this.#shape.length) return this.#texts[this.#next++] ?? '';
		const isRow = axis === this.#shape.length - 1;
		const parts = this.#parts(axis);
		const indent = ' '.repeat(axis + 1);
		return isRow
			? `[${wrapped(parts, indent, this.#shape.length)}]`
			: `[${parts.join(`,${'\n'.repeat(this.#shape.length - 1 - axis)}${indent}`)}]`;
	}

	#parts(axis: number): string[] {
		const { first, last } = this.#shown[axis] as Shown; // axis is in range
		const length = this.#shape[axis] as number; // axis is in range
		const parts = Array.from({ length: first }, () => this.text(axis + 1));
		if (first + last < length) parts.push('...');
		for (let i = 0; i < last; i++) parts.push(this.text(axis + 1));
		return parts;
	}
}

/** The parts of a row, on as many lines as they need; there must be room for all closing brackets on each. */
function wrapped(parts: readonly string[], indent: string, brackets: number): string {
	const maxLength = lineCharacters - indent.length - brackets;
	const lines: string[] = [];
	let line = '';
	for (const part of parts) {
		const longer = line === '' ? part : `${line}, ${part}`;
		if (line !== '' && longer.length > maxLength) {
			lines.push(line);
			line = part;
		} else line = longer;
	}
	return [...lines, line].join(`,\n${indent}`);
}
