import { mapPlane, type Plane } from './plane.ts';

/** The least difference between ink and paper, from 0 to 1: less is no drawing but the grain of paper or camera. */
const leastContrast = 0.06;

/** The least difference between ink and paper, in standard deviations of the paper's own tones. */
const leastDeviations = 4;

/** Where between paper and threshold the edge of a stroke begins. */
const edgePart = 0.25;

/** A speck has less than this part of the ink of the largest connected piece. */
const speckPart = 0.08;

/** Ink from 0 to 1, where a digit is drawn: specks and the grain of paper are taken away. Null where nothing is drawn. */
export function strokesOf(ink: Plane): Plane | null {
	const threshold = otsuThreshold(ink.values);
	const [inked, paper] = [
		moments(ink.values, (v) => v > threshold),
		moments(ink.values, (v) => v <= threshold),
	];
	const contrast = inked.mean - paper.mean;
	if (inked.count === 0 || contrast < leastContrast || contrast < leastDeviations * paper.deviation)
		return null;
	const kept = withoutSpecks(ink, threshold);
	// What is as dark as most ink is all ink; edges are soft, as those of MNIST are.
	const least = paper.mean + edgePart * (threshold - paper.mean);
	return mapPlane(ink, (value, i) =>
		kept[i] === 1 ? Math.min(Math.max((value - least) / (inked.mean - least), 0), 1) : 0,
	);
}

/** Steps that values are counted in. */
const bins = 256;

/** The value that parts values into two kinds whose means are farthest apart, weighted by their numbers (Otsu, 1979). */
function otsuThreshold(values: Float32Array): number {
	const least = values.reduce((least, value) => Math.min(least, value));
	const most = values.reduce((most, value) => Math.max(most, value));
	if (most === least) return most;
	const counts = new Float64Array(bins);
	for (const value of values) {
		const bin = Math.min(Math.floor(((value - least) / (most - least)) * bins), bins - 1);
		counts[bin] = (counts[bin] ?? 0) + 1;
	}
	const total = counts.reduce((sum, count, bin) => sum + bin * count, 0);
	let [below, sumBelow, best, threshold] = [0, 0, -1, 0];
	for (let bin = 0; bin + 1 < bins; bin++) {
		below += counts[bin] ?? 0;
		sumBelow += bin * (counts[bin] ?? 0);
		const above = values.length - below;
		if (below === 0 || above === 0) continue;
		const apart = sumBelow / below - (total - sumBelow) / above;
		const score = below * above * apart * apart;
		if (score > best) [best, threshold] = [score, bin + 1];
	}
	return least + (threshold / bins) * (most - least);
}

function moments(
	values: Float32Array,
	counts: (value: number) => boolean,
): { readonly count: number; readonly mean: number; readonly deviation: number } {
	let [count, sum, squares] = [0, 0, 0];
	for (const value of values) {
		if (!counts(value)) continue;
		count++;
		sum += value;
		squares += value * value;
	}
	const mean = count === 0 ? 0 : sum / count;
	const variance = count === 0 ? 0 : squares / count - mean * mean;
	return { count, mean, deviation: Math.sqrt(Math.max(variance, 0)) };
}

/** 1 for each place of, or next to, a connected piece of ink that is no speck. */
function withoutSpecks({ width, height, values }: Plane, threshold: number): Uint8Array {
	const pieces = new Int32Array(values.length);
	const amounts: number[] = [0];
	const open: number[] = [];
	for (let start = 0; start < values.length; start++) {
		if (pieces[start] !== 0 || (values[start] ?? 0) <= threshold) continue;
		const piece = amounts.push(0) - 1;
		pieces[start] = piece;
		open.push(start);
		for (let i = open.pop(); i !== undefined; i = open.pop()) {
			amounts[piece] = (amounts[piece] ?? 0) + (values[i] ?? 0);
			for (const next of around(i, width, height)) {
				if (pieces[next] !== 0 || (values[next] ?? 0) <= threshold) continue;
				pieces[next] = piece;
				open.push(next);
			}
		}
	}
	const least = speckPart * amounts.reduce((most, amount) => Math.max(most, amount), 0);
	const kept = new Uint8Array(values.length);
	for (let i = 0; i < values.length; i++) {
		const piece = pieces[i] ?? 0;
		if (piece === 0 || (amounts[piece] ?? 0) < least) continue;
		kept[i] = 1;
		// The edge of a stroke is paler than the threshold.
		for (const next of around(i, width, height)) kept[next] = 1;
	}
	return kept;
}

/** The up to eight places next to a place. */
function* around(i: number, width: number, height: number): Generator<number> {
	const [x, y] = [i % width, Math.floor(i / width)];
	for (let j = Math.max(y - 1, 0); j <= Math.min(y + 1, height - 1); j++)
		for (let k = Math.max(x - 1, 0); k <= Math.min(x + 1, width - 1); k++)
			if (j !== y || k !== x) yield j * width + k;
}
