import type * as Plot from '@observablehq/plot';
import { colour, lookOf } from '../theme.ts';
import type { LegendEntry } from './legend.ts';
import type { Path } from './plane.ts';
import type { Plotting } from './plotting.ts';

/** The look of each path, as the legend shows it; a path alone is not in the legend. */
export function legendOfPaths(paths: readonly Path[]): LegendEntry[] {
	if (paths.length < 2) return [];
	return paths.map(({ name }, i) => ({ name, look: lookOf(i), isMarked: true, isJoined: true }));
}

/** Paths with a marker at each point, if there is room for them, a ring around the first and a disc at the last. */
export function marksOfPaths(
	{ plot }: Plotting,
	paths: readonly Path[],
	first = 0,
): Plot.Markish[] {
	return paths.flatMap(({ points }, i): Plot.Markish[] => {
		const look = lookOf(first + i);
		const drawn = points.filter(({ x }) => !Number.isNaN(x));
		const places = { x: 'x', y: 'y' } as const;
		return [
			// A halo, as the path may cross others and contours.
			plot.line(points, { ...places, stroke: colour('paper'), strokeWidth: 4, strokeOpacity: 0.7 }),
			plot.line(points, {
				...places,
				stroke: look.colour,
				strokeWidth: 1.8,
				...(look.dash === 'none' ? {} : { strokeDasharray: look.dash }),
			}),
			...(drawn.length > 60
				? []
				: [plot.dot(drawn, { ...places, symbol: look.marker, fill: look.colour, r: 2.6 })]),
			plot.dot(drawn.slice(0, 1), {
				...places,
				stroke: look.colour,
				fill: colour('paper'),
				r: 4.5,
				strokeWidth: 2,
			}),
			plot.dot(drawn.slice(-1), {
				...places,
				stroke: colour('paper'),
				fill: look.colour,
				r: 5,
				strokeWidth: 1,
			}),
		];
	});
}
