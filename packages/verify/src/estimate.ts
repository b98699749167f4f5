import type { Data } from '@pullback/core';
import { units } from './deviating.ts';

/** Why differences cannot tell a derivative. */
export type Obstacle = 'branches' | 'not finite' | 'not resolved';

/** A derivative by differences. */
export interface Estimate {
	readonly value: number;
	/** How far the value may be from the truth, by what several steps say and by rounding. */
	readonly error: number;
	/** The smallest step that it was found with; 0 if with none. */
	readonly step: number;
	/** How steep the function is on either side, at that step. */
	readonly steepness: number;
	/** How far from its tangent the function can be within that step, if it is what it seems to be. */
	readonly sag: number;
	/**
	 * Why there is none that one could rely on; null where there is. Where the function branches and is smooth all the same,
	 * as a sigmoid in two halves is, the value is that of its derivative, with which rules for the branches may agree, but
	 * need not: of relu(x) - relu(-x) they say 0 at 0.
	 */
	readonly obstacle: Obstacle | null;
}

/** From one step to the next: no two of them are multiples of one period. */
export const ratio: number = 1 / Math.sqrt(13);

/** What lies a step to either side. */
export interface Pair {
	readonly step: number;
	readonly branches: boolean;
	readonly up: Data;
	readonly down: Data;
	/** The distance between the two, which rounding may have moved. */
	readonly distance: number;
	/** How far rounding may have moved either. */
	readonly blur: number;
}

export function none(obstacle: Obstacle): Estimate {
	return { value: Number.NaN, error: Infinity, step: 0, steepness: 0, sag: 0, obstacle };
}

/** Smooth functions bend with the square of the step, and so do the errors of slopes; kinks bend with the step. */
const falls = ratio ** 1.5;
/** Richardson's extrapolation: what is left of the error of a slope, as a share of how much the last step changed it. */
const share = ratio ** 2 / (1 - ratio ** 2);

/** Rounding is measured by a few runs: now and then it is more, by such a factor at the most. */
const noisy = 8;

/** What one step shows of one element. */
interface Sight {
	readonly slope: number;
	/** How far the element is from where the middle of both sides would have it, twice. */
	readonly bend: number;
	/** A value a step away may be larger by far than here, and its rounding with it. */
	readonly noise: number;
	readonly steepness: number;
}

function sightOf(pair: Pair, y: number, noise: number, k: number): Sight {
	const { step, distance, blur } = pair;
	const [above, below] = [pair.up[k] ?? 0, pair.down[k] ?? 0];
	const steepness = Math.max(Math.abs(above - y), Math.abs(y - below)) / step;
	return {
		slope: (above - below) / distance,
		bend: Math.abs(above - y - (y - below)),
		noise: Math.max(
			noise,
			units.f64 * Math.abs(above),
			units.f64 * Math.abs(below),
			blur * steepness,
		),
		steepness,
	};
}

/** What three steps say of the derivative of one element. */
export function estimate(
	y: number,
	noise: number,
	pairs: readonly [Pair, Pair, Pair],
	k: number,
): Estimate {
	const a = sightOf(pairs[0], y, noise, k);
	const b = sightOf(pairs[1], y, noise, k);
	const c = sightOf(pairs[2], y, noise, k);
	// What is not finite in any of them is not in one of these sums.
	if (!Number.isFinite(a.slope + b.slope + c.slope + a.bend + b.bend + c.bend + noise))
		return none('not finite');
	const branches = pairs[0].branches || pairs[1].branches || pairs[2].branches;
	const rounding = (2 * c.noise) / pairs[2].step;
	const [wide, narrow] = [Math.abs(b.slope - a.slope), Math.abs(c.slope - b.slope)];
	const [first, second] = [
		b.slope + share * (b.slope - a.slope),
		c.slope + share * (c.slope - b.slope),
	];
	const apart = Math.abs(second - first);
	const isResolved =
		narrow <= falls * wide + noisy * rounding &&
		b.bend <= falls * a.bend + 2 * noisy * a.noise &&
		c.bend <= falls * b.bend + 2 * noisy * b.noise &&
		apart <= 0.5 * share * wide + noisy * rounding;
	if (!isResolved) return none(branches ? 'branches' : 'not resolved');
	return {
		value: second,
		error: apart + rounding,
		step: pairs[2].step,
		steepness: c.steepness,
		sag: c.bend + 2 * Math.abs(c.slope - second) * pairs[2].step + 2 * noisy * c.noise,
		obstacle: branches ? 'branches' : null,
	};
}

/** One that can be relied on before one that cannot, one across branches before none, and the smaller error of two alike. */
export function better(a: Estimate, b: Estimate, closest: number | null): Estimate {
	const rank = ({ obstacle }: Estimate): number =>
		obstacle === null ? 0 : obstacle === 'branches' ? 1 : 2;
	if (rank(a) !== rank(b)) return rank(a) < rank(b) ? a : b;
	if (closest !== null && b.error <= closest * Math.max(Math.abs(b.value), b.steepness)) return b;
	return b.error < a.error || rank(b) === 2 ? b : a;
}
