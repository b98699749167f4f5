import type { Viz } from '@viz-js/viz';

// Loaded when first needed, as most programs draw nothing, and kept, as it takes longer than most pictures.
let loading: Promise<Viz> | null = null;

/** What Graphviz makes of DOT: an SVG, laid out in ranks. */
export async function renderedSvg(dot: string): Promise<string> {
	loading ??= import('@viz-js/viz').then(({ instance }) => instance());
	try {
		const viz = await loading;
		return viz.renderString(dot, { format: 'svg', engine: 'dot' });
	} catch (error) {
		// What failed within may have left it broken.
		loading = null;
		throw error;
	}
}
