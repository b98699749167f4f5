import { checkedCount, checkedList, checkedNumbers } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import { formatShape, maximumRank } from '../graph/shape.ts';

/**
 * Zeros around an image: as many on every side, as many on both sides of each spatial axis or [before, after]; none for
 * 'valid'; for 'same' so many that an axis of length n becomes ceil(n / stride), the odd one at the end.
 */
export type ConvolutionPadding =
	| number
	| 'same'
	| 'valid'
	| readonly (number | readonly [before: number, after: number])[];

/** Widths for each side of each spatial axis. */
export type Widths = readonly (readonly [before: number, after: number])[];

/** The padding of a convolution by numbers, for each side of each spatial axis. */
export function checkedConvolutionPadding(
	operation: string,
	padding: Exclude<ConvolutionPadding, 'same'>,
	rank: number,
): Widths {
	return checkedWidths(operation, padding === 'valid' ? 0 : padding, rank, "'same', 'valid', ");
}

/** Widths by numbers, for each side of each spatial axis; `others` are what else they may be, in words. */
export function checkedWidths(
	operation: string,
	padding: Exclude<ConvolutionPadding, string>,
	rank: number,
	others: string,
): Widths {
	if (typeof padding !== 'number' && !Array.isArray(padding))
		throw new TypeError(
			`${operation}: padding is ${describe(padding)}; it must be ${others}a number, or a number or [before, after] for each spatial axis`,
		);
	const sides =
		typeof padding === 'number'
			? new Array<number>(rank).fill(padding)
			: checkedList(operation, 'padding', padding);
	if (sides.length !== rank)
		throw new ShapeError(
			`${operation}: padding has ${sides.length} entries; it must have one for each of ${rank} spatial axes`,
		);
	return Array.from(sides, (side, axis) => {
		const both =
			typeof side === 'number'
				? [side, side]
				: checkedNumbers(operation, `padding[${axis}]`, side, maximumRank);
		const [before, after] = both;
		if (before === undefined || after === undefined || both.length > 2)
			throw new ShapeError(
				`${operation}: padding[${axis}] is ${formatShape(both)}; it must be a number or [before, after]`,
			);
		return [checkedCount(operation, 'padding', before), checkedCount(operation, 'padding', after)];
	});
}

/** `1`, or `[0, 1]x[2, 2]` where sides differ. */
export function formatWidths(widths: Widths): string {
	const first = widths[0]?.[0] ?? 0;
	if (widths.flat().every((width) => width === first)) return String(first);
	return widths.map(([before, after]) => formatShape([before, after])).join('x');
}
