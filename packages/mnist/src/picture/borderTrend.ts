import { at, type Plane, planeOf } from './plane.ts';

/** Rounds of fitting, each with less weight on what does not fit, such as ink that touches the border. */
const rounds = 8;

/** The least distance from the fit that lessens a weight, from 0 to 1. */
const leastDistance = 1e-3;

/** A place of the border, by 1 and its coordinates from -1 to 1, and its tone. */
interface BorderPoint {
	readonly basis: readonly [one: number, across: number, down: number];
	readonly tone: number;
}

/** What the border of a picture foretells of the whole: a tone that changes evenly across and down, nearest to it in sum. */
export function borderTrend(tones: Plane): Plane {
	const { width, height } = tones;
	const basisAt = (x: number, y: number): BorderPoint['basis'] => [
		1,
		width > 1 ? (2 * x) / (width - 1) - 1 : 0,
		height > 1 ? (2 * y) / (height - 1) - 1 : 0,
	];
	const border: BorderPoint[] = [];
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			if (x === 0 || y === 0 || x === width - 1 || y === height - 1)
				border.push({ basis: basisAt(x, y), tone: at(tones, x, y) });
	let parts = fit(border, () => 1);
	for (let round = 1; round < rounds; round++) {
		const before = parts;
		// The least sum of distances, by least squares weighted with the inverse of each.
		parts = fit(
			border,
			({ basis, tone }) => 1 / Math.max(Math.abs(tone - dot(before, basis)), leastDistance),
		);
	}
	const trend = planeOf(width, height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) trend.values[y * width + x] = dot(parts, basisAt(x, y));
	return trend;
}

function dot(parts: readonly number[], basis: BorderPoint['basis']): number {
	return (parts[0] ?? 0) * basis[0] + (parts[1] ?? 0) * basis[1] + (parts[2] ?? 0) * basis[2];
}

/** The coefficients of the weighted least squares, by the normal equations. */
function fit(points: readonly BorderPoint[], weightOf: (point: BorderPoint) => number): number[] {
	const rows = [0, 1, 2].map(() => [0, 0, 0, 0]);
	for (const point of points) {
		const weight = weightOf(point);
		for (const [j, row] of rows.entries()) {
			const factor = weight * (point.basis[j] ?? 0);
			for (let k = 0; k < 3; k++) row[k] = (row[k] ?? 0) + factor * (point.basis[k] ?? 0);
			row[3] = (row[3] ?? 0) + factor * point.tone;
		}
	}
	return solved(rows);
}

/** The solution of three equations, which are positive definite unless the picture is one pixel wide or high. */
function solved(rows: number[][]): number[] {
	for (const [j, row] of rows.entries()) {
		const pivot = row[j] ?? 0;
		// An axis of one pixel has no slope.
		if (pivot < 1e-9) {
			row.fill(0);
			row[j] = 1;
			continue;
		}
		for (let k = 0; k < 4; k++) row[k] = (row[k] ?? 0) / pivot;
		for (const other of rows) {
			if (other === row) continue;
			const factor = other[j] ?? 0;
			for (let k = 0; k < 4; k++) other[k] = (other[k] ?? 0) - factor * (row[k] ?? 0);
		}
	}
	return rows.map((row) => row[3] ?? 0);
}
