import { checkedCount, checkedNumbers } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import { formatShape, maximumRank } from '../graph/shape.ts';

/** A number for every spatial axis, or one for each. */
export type PerAxis = number | readonly number[];

/** The whole number, from `least`, of each of `rank` spatial axes. */
export function checkedPerAxis(
	operation: string,
	name: string,
	given: PerAxis,
	rank: number,
	least: 0 | 1,
): number[] {
	const numbers =
		typeof given === 'object'
			? checkedNumbers(operation, name, given, maximumRank)
			: new Array<number>(rank).fill(given);
	if (numbers.length !== rank)
		throw new ShapeError(
			`${operation}: ${name} is ${formatShape(numbers)}; it must be a number, or one for each of ${rank} spatial axes`,
		);
	for (const number of numbers)
		if (checkedCount(operation, name, number) < least)
			throw new RangeError(`${operation}: ${name} is ${number}; it must be a whole number from 1`);
	return numbers;
}

/** Lengths as errors name windows: `5x5`. */
export function formatLengths(lengths: readonly number[]): string {
	return lengths.join('x');
}
