import type { Operand } from '@pullback/core';
import { checkedObject, describe, isPlain } from '@pullback/core/arguments';
import { figureOf } from './figure.ts';
import { checkedHistogramOptions, type HistogramOptions } from './histogramOptions.ts';
import { type NamedNumbers, panelsOfHistograms } from './histogramPanels.ts';
import { elementsOf } from './numbers.ts';
import { loadPlotting } from './plotting.ts';

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
