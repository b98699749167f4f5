import { borderTrend } from './borderTrend.ts';
import { extremes, mapPlane, means, type Plane, resize } from './plane.ts';

/** The side of the small picture in which paper is looked for, in pixels. */
const smallSide = 64;

/** The width of the widest stroke, in parts of the longer side of the picture. */
const widestStroke = 0.3;

/**
 * How much ink there is at each place: the distance of its tone from that of the paper, negative where it differs the other
 * way. The tone of the paper may change over the picture, as light and shadows do in photographs. Of ink and paper, paper is
 * what the border shows.
 */
export function inkOf(tones: Plane): Plane {
	const { width, height } = tones;
	const scale = Math.min(1, smallSide / Math.max(width, height));
	const size = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
	const [smallWidth = 1, smallHeight = 1] = size;
	const small = resize(tones, smallWidth, smallHeight);
	const trend = borderTrend(small);
	const level = mapPlane(small, (tone, i) => tone - (trend.values[i] ?? 0));
	const dark = isInkDark(level);
	// A closing: strokes are narrower than the window, so that at each of its places it finds paper; then back by as much.
	const radius = Math.max(1, Math.ceil((widestStroke * Math.max(smallWidth, smallHeight)) / 2));
	const [first, second] = dark
		? (['largest', 'smallest'] as const)
		: (['smallest', 'largest'] as const);
	const closed = means(extremes(extremes(level, radius, first), radius, second), radius);
	const paper = resize(
		mapPlane(closed, (tone, i) => tone + (trend.values[i] ?? 0)),
		width,
		height,
	);
	return mapPlane(tones, (tone, i) => {
		const difference = (paper.values[i] ?? 0) - tone;
		return dark ? difference : -difference;
	});
}

/** Whether what differs most from the paper, whose tone is near 0, is darker. */
function isInkDark({ values }: Plane): boolean {
	const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
	let sum = 0;
	for (const value of values) if (Math.abs(value) > most / 2) sum += value;
	return sum <= 0;
}
