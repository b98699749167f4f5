import { checkedList, checkedNumber } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import { formatShape, maximumSize } from '../graph/shape.ts';

/** A whole number for all axes, or one for each. */
export type PerAxis = number | readonly number[];

/** One whole number from `least` on for each of some axes. */
export function checkedPerAxis(
	operation: string,
	name: string,
	value: PerAxis,
	axes: number,
	least: 0 | 1,
): number[] {
	const axesInWords = `${axes} ${axes === 1 ? 'axis' : 'axes'}`;
	if (typeof value !== 'number' && !Array.isArray(value))
		throw new TypeError(
			`${operation}: ${name} is ${describe(value)}; it must be a number, or an array of one for each of ${axesInWords}`,
		);
	const given =
		typeof value === 'number'
			? new Array<number>(axes).fill(value)
			: [...checkedList(operation, name, value).slice(0, axes + 1)];
	if (given.length !== axes)
		throw new ShapeError(
			`${operation}: ${name} holds ${(value as readonly number[]).length} numbers; it must be a number, or hold one for each of ${axesInWords}`, // it is no number
		);
	for (const each of given) {
		checkedNumber(operation, name, each);
		if (!Number.isInteger(each) || each < least || each > maximumSize)
			throw new RangeError(
				`${operation}: ${name} is ${typeof value === 'number' ? value : formatShape(given)}; it must be ${axes === 1 ? 'a whole number' : 'whole numbers'} from ${least} to ${maximumSize}`,
			);
	}
	return given;
}

/** Lengths as in `3x3`. */
export function formatLengths(lengths: readonly number[]): string {
	return lengths.join('x');
}
