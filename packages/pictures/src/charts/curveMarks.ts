import type * as Plot from '@observablehq/plot';
import { type Look, lookOf } from '../theme.ts';
import type { Points } from './curve.ts';
import type { LegendEntry } from './legend.ts';
import type { Plotting } from './plotting.ts';
import { smoothed } from './smoothing.ts';
import { type Point, thinned } from './thinning.ts';

/** How curves are drawn. */
export interface CurveStyle {
	/** The width of the frame, in pixels: of points closer than two pixels, only what can be seen is drawn. */
	readonly width: number;
	/** Whether curves are smoothed, with what they are made of faint behind. */
	readonly smooth: boolean;
}

/** How many points of a curve have markers at most. */
const maxMarkers = 9;

/** The look of each curve, as the legend shows it; a curve alone is solid, and not in the legend. */
export function legendOfCurves(curves: readonly Points[]): LegendEntry[] {
	if (curves.length < 2) return [];
	return curves.map(({ name, isJoined }, i) => ({
		...{ name, isJoined },
		look: lookOf(i),
		isMarked: true,
	}));
}

/** Bands, then curves with their markers, so that no curve is hidden by a band; smoothing is for those that are joined. */
export function marksOfCurves(
	{ plot }: Plotting,
	curves: readonly Points[],
	{ width, smooth }: CurveStyle,
): Plot.Markish[] {
	const looks = curves.map((_, i) => lookOf(i));
	const bands = curves.flatMap(({ x, band }, i) => {
		if (band === null) return [];
		const low = smooth ? smoothed(band.low) : band.low;
		const high = smooth ? smoothed(band.high) : band.high;
		const edges = x.map((at, j) => ({ x: at, low: low[j], high: high[j] }));
		return [
			plot.areaY(edges, {
				x: 'x',
				y1: 'low',
				y2: 'high',
				fill: looks[i]?.colour ?? '',
				fillOpacity: 0.2,
			}),
		];
	});
	const lines = curves.flatMap(({ x, y, isJoined }, i): Plot.Markish[] => {
		const look = looks[i] as Look; // one for each curve
		if (!isJoined) return [markersOf(plot, pointsAt(x, y), look)];
		const points = pointsAt(x, smooth ? smoothed(y) : y);
		const faint = smooth ? [lineOf(plot, thinned(pointsAt(x, y), width / 2), look, 0.3, 1)] : [];
		const whole = lineOf(plot, thinned(points, width / 2), look, 1, 2);
		return [
			...faint,
			whole,
			...(isAlone(points) || curves.length > 1 ? [markersOf(plot, someOf(points, i), look)] : []),
		];
	});
	return [...bands, ...lines];
}

function pointsAt(x: readonly number[], y: readonly number[]): Point[] {
	return x.map((at, i) => ({ x: at, y: y[i] ?? Number.NaN }));
}

/** Whether there are points that no line reaches. */
function isAlone(points: readonly Point[]): boolean {
	return points.some(
		({ y }, i) =>
			!Number.isNaN(y) &&
			Number.isNaN(points[i - 1]?.y ?? Number.NaN) &&
			Number.isNaN(points[i + 1]?.y ?? Number.NaN),
	);
}

function lineOf(
	plot: Plotting['plot'],
	points: readonly Point[],
	look: Look,
	opacity: number,
	width: number,
): Plot.Markish {
	return plot.line(points, {
		x: 'x',
		y: 'y',
		stroke: look.colour,
		strokeWidth: width,
		strokeOpacity: opacity,
		// Faint lines are whole, as what is drawn on them is told apart by its dashes.
		...(look.dash === 'none' || opacity < 1 ? {} : { strokeDasharray: look.dash }),
	});
}

/** Some points, others for each curve, so that curves that lie on each other are told apart. */
function someOf(points: readonly Point[], number: number): Point[] {
	const drawn = points.filter(({ y }) => !Number.isNaN(y));
	const every = Math.max(1, Math.ceil(drawn.length / maxMarkers));
	const offset = every === 1 ? 0 : Math.floor(every * (0.25 + 0.5 * ((number * 0.38) % 1)));
	const some = drawn.filter((_, i) => i % every === offset);
	return some.length === 0 ? drawn.slice(0, 1) : some;
}

function markersOf(plot: Plotting['plot'], points: readonly Point[], look: Look): Plot.Markish {
	return plot.dot(
		points.filter(({ y }) => !Number.isNaN(y)),
		{ x: 'x', y: 'y', symbol: look.marker, fill: look.colour, r: 3.6 },
	);
}
