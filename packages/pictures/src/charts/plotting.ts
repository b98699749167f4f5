import type * as Plot from '@observablehq/plot';
import { contentOf, type DomNode } from './serialize.ts';

/** Observable Plot, and the document in which it makes elements. */
export interface Plotting {
	readonly plot: typeof Plot;
	/** What is within the SVG element that a plot of some options is, as markup. */
	draw(options: Plot.PlotOptions): string;
}

/** Loads what draws, which takes a while the first time: the page's own document, or linkedom where there is none. */
export async function loadPlotting(): Promise<Plotting> {
	const [plot, document] = await Promise.all([import('@observablehq/plot'), ownDocument()]);
	return {
		plot,
		draw(options) {
			const made: DomNode = plot.plot({ ...options, document });
			return contentOf(made);
		},
	};
}

async function ownDocument(): Promise<Plot.PlotOptions['document']> {
	const here: Plot.PlotOptions['document'] = Reflect.get(globalThis, 'document');
	if (here !== undefined) return here;
	const { parseHTML } = await import('linkedom');
	return parseHTML('<!doctype html><html></html>').document;
}
