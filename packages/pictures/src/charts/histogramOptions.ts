import { checkedOptions, describe } from '@pullback/core/arguments';
import {
	type CheckedPicture,
	checkedPicture,
	checkedRange,
	checkedSize,
	checkedText,
	type PictureOptions,
	pictureOptions,
} from './options.ts';

/** Options of drawHistograms. */
export interface HistogramOptions extends PictureOptions {
	/** How many bars a histogram has; 30 if left out. */
	readonly bins?: number;
	/**
	 * What the bars cover: 'shared', from the least of all numbers to the greatest, if left out; 'own', of each histogram's
	 * numbers; or what is given.
	 */
	readonly range?: 'shared' | 'own' | readonly [low: number, high: number];
	/** What the numbers are; nothing is said if left out. */
	readonly xLabel?: string;
	/** How many panels stand side by side; at most 5 if left out. */
	readonly columns?: number;
	/** The width of each frame in pixels; 170 if left out. */
	readonly width?: number;
	/** Its height; 120 if left out. */
	readonly height?: number;
}

/** The names of the options of drawHistograms. */
export const histogramOptions: readonly [
	...typeof pictureOptions,
	'bins',
	'range',
	'xLabel',
	'columns',
	'width',
	'height',
] = [...pictureOptions, 'bins', 'range', 'xLabel', 'columns', 'width', 'height'];

/** Checked options of histograms. */
export interface CheckedHistogramOptions extends CheckedPicture {
	readonly bins: number;
	readonly range: 'shared' | 'own' | readonly [low: number, high: number];
	readonly xLabel: string | undefined;
	readonly columns: number | undefined;
	readonly width: number;
	readonly height: number;
}

/** Checks the options of histograms. */
export function checkedHistogramOptions(
	operation: string,
	options: HistogramOptions | undefined,
): CheckedHistogramOptions {
	const { bins, range, xLabel, columns, width, height, ...picture } = checkedOptions<
		HistogramOptions,
		typeof histogramOptions
	>(operation, options, histogramOptions);
	return {
		...checkedPicture(operation, picture),
		bins: checkedSize(operation, 'bins', bins, 30),
		range: checkedCover(operation, range),
		xLabel: checkedText(operation, 'xLabel', xLabel, undefined),
		columns: columns === undefined ? undefined : checkedSize(operation, 'columns', columns, 1),
		width: checkedSize(operation, 'width', width, 170, 50),
		height: checkedSize(operation, 'height', height, 120, 50),
	};
}

function checkedCover(
	operation: string,
	range: HistogramOptions['range'],
): CheckedHistogramOptions['range'] {
	if (range === undefined || range === 'shared') return 'shared';
	if (range === 'own') return range;
	if (typeof range === 'string')
		throw new RangeError(
			`${operation}: range is ${describe(range)}; it must be 'shared', 'own' or two numbers`,
		);
	return checkedRange(operation, 'range', range);
}
