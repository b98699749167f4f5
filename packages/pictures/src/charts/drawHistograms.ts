import type { Operand } from '@pullback/core';
import { checkedObject, checkedOptions, describe, isPlain } from '@pullback/core/arguments';
import { colour } from '../theme.ts';
import { type Drawn, figureOf } from './figure.ts';
import { type Histogram, histogramOf } from './histogram.ts';
import { elementsOf, extentOf, shortNumber } from './numbers.ts';
import {
	type CheckedPicture,
	checkedPicture,
	checkedRange,
	checkedSize,
	checkedText,
	type PictureOptions,
	pictureOptions,
} from './options.ts';
import { panelOf, roomFor } from './panel.ts';
import { loadPlotting, type Plotting } from './plotting.ts';
import { type Axis, axisOf } from './ticks.ts';

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

/**
 * The distributions of the elements of tensors, of any shape, by name: a panel for each, with its mean and standard
 * deviation, as SVG. Heights are shares of the elements shown; elements that are NaN or infinite, or beyond the range, are
 * counted below.
 */
export async function drawHistograms(
	tensors: { readonly [name: string]: Operand },
	options?: HistogramOptions,
): Promise<string> {
	const checked = checkedHistogramOptions('drawHistograms', options);
	if (!isPlain(checkedObject('drawHistograms', 'tensors', tensors)))
		throw new TypeError(
			`drawHistograms: tensors are ${describe(tensors)}; they must be a plain object of tensors by name`,
		);
	const entries = Object.entries(tensors);
	if (entries.length === 0)
		throw new RangeError('drawHistograms: there is no tensor; it must be given one at least');
	const numbers = entries.map(
		([name, tensor]): NamedNumbers => [name, elementsOf('drawHistograms', tensor)],
	);
	const drawn = panelsOfHistograms(await loadPlotting(), numbers, checked);
	return figureOf({
		...checked,
		...drawn,
		description: `Histograms of ${entries.map(([name]) => name).join(', ')}`,
		columns: checked.columns ?? Math.min(5, entries.length),
	});
}

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

type NamedNumbers = readonly [name: string, numbers: readonly number[]];

/** A panel for each list of numbers, and what is to be said of numbers that are not shown. */
export function panelsOfHistograms(
	plotting: Plotting,
	lists: readonly NamedNumbers[],
	options: CheckedHistogramOptions,
): { readonly panels: readonly Drawn[]; readonly notes: readonly string[] } {
	const all = extentOf(lists.flatMap(([, numbers]) => extentOf(numbers) ?? []));
	const found = lists.map(([name, numbers]) => {
		const own =
			options.range === 'own'
				? extentOf(numbers)
				: options.range === 'shared'
					? all
					: options.range;
		return [name, histogramOf(numbers, spread(own), options.bins), numbers.length] as const;
	});
	const columns = options.columns ?? Math.min(5, lists.length);
	const axes = found.map(([, histogram]) => shareAxis(histogram, options.height));
	const room = Math.max(...axes.map(roomFor));
	return {
		panels: found.map(([name, histogram], i) => {
			const y = axes[i] ?? shareAxis(histogram, options.height);
			const labelled = i % columns === 0 ? { ...y, label: 'share' } : y;
			return panelOfHistogram(plotting, name, histogram, labelled, { ...options, room });
		}),
		notes: found.flatMap(([name, histogram, length]) => noteOf(name, histogram, length)),
	};
}

/** An extent of more than nothing. */
function spread(extent: readonly [number, number] | null): readonly [number, number] {
	const [low, high] = extent ?? [0, 1];
	return low < high ? [low, high] : [...axisOf([low, high]).domain];
}

/** The axis of the shares in percent, 0 included. */
function shareAxis({ shares, mean }: Histogram, height: number): Axis {
	const highest = Number.isNaN(mean) ? 1 : 100 * Math.max(...shares);
	const axis = axisOf([0, highest], { count: Math.max(2, Math.round(height / 45)) });
	return { ...axis, format: (tick) => `${axis.format(tick)} %` };
}

function panelOfHistogram(
	{ plot, draw }: Plotting,
	caption: string,
	{ shares, edges, mean, deviation }: Histogram,
	y: Axis,
	{ width, height, xLabel, room }: CheckedHistogramOptions & { readonly room: number },
): Drawn {
	const bars = shares.map((share, i) => ({
		low: edges[i],
		high: edges[i + 1],
		share: 100 * share,
	}));
	const isEmpty = Number.isNaN(mean);
	const x = axisOf([edges[0] ?? 0, edges.at(-1) ?? 1], {
		count: Math.max(2, Math.round(width / 60)),
		isTight: true,
	});
	return panelOf(
		{ plot, draw },
		{
			caption,
			details: isEmpty
				? 'no finite values'
				: `mean ${shortNumber(mean)}, deviation ${shortNumber(deviation)}`,
			width,
			height,
			x: xLabel === undefined ? x : { ...x, label: xLabel },
			y,
			room,
			marks: isEmpty
				? []
				: [
						plot.rectY(bars, {
							x1: 'low',
							x2: 'high',
							y: 'share',
							fill: colour('series1'),
							stroke: colour('paper'),
							strokeWidth: 0.5,
						}),
					],
			...(isEmpty ? { words: 'no values' } : {}),
		},
	);
}

function noteOf(name: string, { outside, notFinite }: Histogram, length: number): string[] {
	const parts = [
		...(notFinite > 0 ? [`${notFinite} NaN or infinite`] : []),
		...(outside > 0 ? [`${outside} beyond the range`] : []),
	];
	return parts.length === 0
		? []
		: [`Not shown of ${name}: of ${length} elements, ${parts.join(', ')}.`];
}
