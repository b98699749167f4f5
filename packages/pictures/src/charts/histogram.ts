import { isDrawable } from './numbers.ts';

/** How often numbers fall into each of some ranges of one length. */
export interface Histogram {
	/** The shares of all numbers that were counted, from the lowest range on. */
	readonly shares: readonly number[];
	/** The edges of the ranges, one more than there are shares. */
	readonly edges: readonly number[];
	/** How many numbers are beyond the ranges. */
	readonly outside: number;
	/** How many are NaN or infinite, or beyond 1e300. */
	readonly notFinite: number;
	/** Of the finite numbers; NaN if there are none. */
	readonly mean: number;
	readonly deviation: number;
}

/** Counts numbers in `bins` ranges of one length; a range includes its lower edge, the last its upper one, too. */
export function histogramOf(
	numbers: readonly number[],
	[low, high]: readonly [low: number, high: number],
	bins: number,
): Histogram {
	const counts = Array.from({ length: bins }, () => 0);
	// Halves, as the difference of huge numbers is infinite.
	const half = high / 2 - low / 2;
	let outside = 0;
	const finite = numbers.filter(isDrawable);
	for (const number of finite) {
		if (number < low || number > high) outside++;
		else {
			const bin = Math.min(bins - 1, Math.floor(((number / 2 - low / 2) / half) * bins));
			counts[bin] = (counts[bin] ?? 0) + 1;
		}
	}
	const counted = Math.max(1, finite.length - outside);
	const mean = finite.reduce((sum, number) => sum + number / finite.length, 0);
	const variance = finite.reduce((sum, number) => sum + (number - mean) ** 2 / finite.length, 0);
	return {
		shares: counts.map((count) => count / counted),
		edges: Array.from({ length: bins + 1 }, (_, i) => low + 2 * half * (i / bins)),
		outside,
		notFinite: numbers.length - finite.length,
		mean: finite.length === 0 ? Number.NaN : mean,
		deviation: finite.length === 0 ? Number.NaN : Math.sqrt(variance),
	};
}
