/** A point of a stroke: across and down, from 0 to 1 in the box of the digit. */
export type Point = readonly [x: number, y: number];

/** A stroke: straight from point to point, or a smooth curve through all of them. */
export interface Stroke {
	readonly smooth: boolean;
	readonly points: readonly Point[];
}

const straight = (...points: Point[]): Stroke => ({ smooth: false, points });
const curve = (...points: Point[]): Stroke => ({ smooth: true, points });

/** The strokes of the ten digits, as a hand draws them. */
export const digitStrokes: readonly (readonly Stroke[])[] = [
	[
		curve(
			[0.52, 0.04],
			[0.28, 0.16],
			[0.17, 0.5],
			[0.28, 0.86],
			[0.5, 0.96],
			[0.74, 0.84],
			[0.83, 0.5],
			[0.73, 0.15],
			[0.52, 0.04],
		),
	],
	[straight([0.53, 0.03], [0.47, 0.97])],
	[
		curve(
			[0.2, 0.27],
			[0.3, 0.09],
			[0.55, 0.04],
			[0.76, 0.17],
			[0.74, 0.4],
			[0.5, 0.67],
			[0.18, 0.94],
		),
		straight([0.18, 0.94], [0.84, 0.92]),
	],
	[
		curve([0.22, 0.14], [0.45, 0.04], [0.7, 0.13], [0.7, 0.34], [0.42, 0.47]),
		curve([0.42, 0.47], [0.72, 0.58], [0.77, 0.79], [0.52, 0.96], [0.2, 0.86]),
	],
	[straight([0.3, 0.05], [0.18, 0.55], [0.84, 0.53]), straight([0.68, 0.08], [0.64, 0.97])],
	[
		straight([0.78, 0.06], [0.33, 0.07], [0.28, 0.45]),
		curve([0.28, 0.45], [0.52, 0.38], [0.75, 0.52], [0.75, 0.77], [0.52, 0.95], [0.2, 0.88]),
	],
	[
		curve(
			[0.68, 0.04],
			[0.42, 0.24],
			[0.25, 0.56],
			[0.28, 0.84],
			[0.5, 0.96],
			[0.74, 0.83],
			[0.73, 0.62],
			[0.5, 0.53],
			[0.28, 0.66],
		),
	],
	[straight([0.18, 0.08], [0.82, 0.07], [0.42, 0.97])],
	[
		curve(
			[0.7, 0.18],
			[0.5, 0.04],
			[0.3, 0.17],
			[0.38, 0.4],
			[0.62, 0.57],
			[0.73, 0.79],
			[0.5, 0.96],
			[0.27, 0.8],
			[0.36, 0.58],
			[0.62, 0.4],
			[0.7, 0.18],
		),
	],
	[
		curve([0.72, 0.26], [0.55, 0.05], [0.3, 0.16], [0.3, 0.42], [0.53, 0.5], [0.72, 0.26]),
		curve([0.72, 0.26], [0.7, 0.6], [0.58, 0.97]),
	],
];

/** A curve has so many straight pieces between two of its points. */
const pieces = 12;

/** The corners of a stroke's line: of a curve those of a Catmull-Rom spline through its points. */
export function lineOf({ smooth, points }: Stroke): readonly Point[] {
	if (!smooth) return points;
	const line: Point[] = points.slice(0, 1);
	const first = points[0] ?? [0, 0];
	const last = points.at(-1) ?? first;
	const closed = first[0] === last[0] && first[1] === last[1];
	for (let i = 0; i + 1 < points.length; i++) {
		const a = points[i] ?? first;
		const b = points[i + 1] ?? last;
		const before = points[i - 1] ?? (closed ? (points.at(-2) ?? a) : a);
		const after = points[i + 2] ?? (closed ? (points[1] ?? b) : b);
		for (let step = 1; step <= pieces; step++) {
			const t = step / pieces;
			line.push([
				spline(before[0], a[0], b[0], after[0], t),
				spline(before[1], a[1], b[1], after[1], t),
			]);
		}
	}
	return line;
}

/** From b to c, with the slopes at both that a and d give. */
function spline(a: number, b: number, c: number, d: number, t: number): number {
	return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
