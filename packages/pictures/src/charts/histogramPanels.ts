import { colour } from '../theme.ts';
import type { Drawn } from './figure.ts';
import { type Histogram, histogramOf } from './histogram.ts';
import type { CheckedHistogramOptions } from './histogramOptions.ts';
import { extentOf, shortNumber } from './numbers.ts';
import { panelOf, roomFor } from './panel.ts';
import type { Plotting } from './plotting.ts';
import { type Axis, axisOf } from './ticks.ts';

/** What a histogram is called, and of what it is. */
export type NamedNumbers = readonly [name: string, numbers: readonly number[]];

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
