import { type Data, type Node, tensor } from '@pullback/core';
import { decisionsOf } from './decisions.ts';
import { interpreted } from './interpreted.ts';
import { noiseOf } from './noise.ts';
import type { TensorFunction } from './numericalGradient.ts';

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
const ratio = 1 / Math.sqrt(13);
/** How the steps are chosen. */
interface Look {
	/** The first step, as a share of the element's size or 1. */
	readonly start: number;
	/**
	 * How uncertain a derivative may be, as a share of the slopes around: then the smallest step that tells as much is
	 * wanted. Null for the one that tells it best.
	 */
	readonly closest: number | null;
}

const first: Look = { start: 2 ** -10, closest: null };

/** The most that an estimate may be uncertain by to be one. */
const mostUncertain = 1e-3;

/**
 * A look by steps of which none is one of the first, down to the smallest that tell a number from another which is
 * `apart` from it. In powers of ten, so that few are needed for many numbers.
 */
export function closerLook(number: number, apart: number): Look {
	const share = apart / (100 * Math.max(Math.abs(number), Number.MIN_VALUE));
	const closest = Math.min(10 ** Math.floor(Math.log10(share)), mostUncertain);
	return { start: 2 ** -10 * Math.sqrt(ratio), closest };
}
/** A unit in the last place, as a share of the number. */
const epsilon = 2 ** -52;
/** Steps go down to this share of the first, and up from it where rounding is all that there is to see. */
const [mostDown, mostUp] = [13, 3];
/** Where the function branches, to a millionth. */
const mostDownAtBranches = 4;

interface Point {
	readonly y: Data;
	readonly decisions: Data;
}

/** What lies a step to either side. */
interface Pair {
	readonly step: number;
	readonly branches: boolean;
	readonly up: Data;
	readonly down: Data;
	/** The distance between the two, which rounding may have moved. */
	readonly distance: number;
	/** How far rounding may have moved either. */
	readonly blur: number;
}

/**
 * The derivatives of all elements of `f` in each element of each f64 input, by central differences with Richardson's
 * extrapolation. A derivative is told where three steps, each about a quarter of the one before, see the same smooth
 * function: their differences converge with the square of the step, the second difference vanishes as fast, no branch
 * lies between. Steps that step over everything do not. Rounding, which grows as steps get smaller, is measured by
 * stochastic arithmetic: `f` itself may lose more digits than its value shows.
 */
export function differences(
	f: TensorFunction,
	inputs: readonly Node[],
	enough: (value: number) => number,
	look: Look = first,
): Estimate[][][] {
	const program = interpreted((...xs: Node[]) => {
		const y = f(...xs);
		return { y, decisions: decisionsOf(y) };
	});
	const at = (xs: readonly Node[]): Point => {
		const { y, decisions } = program(...xs);
		return { y: y.view(), decisions: decisions.view() };
	};
	const here = at(inputs);
	const noise = noiseOf(f, inputs, (xs) => (xs === inputs ? here : at(xs)).y);
	return inputs.map((input, i) => {
		if (input.dtype !== 'f64') return [];
		const values = input.data();
		return Array.from(values, (x, element) => {
			const moved = (to: number): Point =>
				at(inputs.with(i, tensor(values.with(element, to), { shape: input.shape })));
			return alongElement(here, noise, x, moved, enough, look);
		});
	});
}

function alongElement(
	here: Point,
	noise: Float64Array,
	x: number,
	moved: (to: number) => Point,
	enough: (value: number) => number,
	{ start, closest }: Look,
): Estimate[] {
	const size = Math.max(1, Math.abs(x));
	const pairs = new Map<number, Pair>();
	const pairAt = (level: number): Pair => {
		const known = pairs.get(level);
		if (known !== undefined) return known;
		const step = start * size * ratio ** level;
		const [to, from] = [x + step, x - step];
		const [up, down] = [moved(to), moved(from)];
		const branches = [up, down].some(({ decisions }) =>
			decisions.some((decision, i) => !Object.is(decision, here.decisions[i])),
		);
		const blur = epsilon * Math.abs(x);
		const pair = { step, branches, up: up.y, down: down.y, distance: to - from, blur };
		pairs.set(level, pair);
		return pair;
	};
	let best = Array.from(here.y, (): Estimate => none('not resolved'));
	if (!Number.isFinite(x)) return best.map(() => none('not finite'));
	/** Whether smaller steps would see more of rounding alone, or there is no need for them. */
	const isDone = ({ obstacle, value, error, step }: Estimate, k: number): boolean =>
		closest === null &&
		obstacle === null &&
		(error <= enough(value) || error <= (4 * (noise[k] ?? 0)) / step);
	const lookAt = (level: number, isLeft: (known: Estimate, k: number) => boolean): void => {
		const three = [pairAt(level), pairAt(level + 1), pairAt(level + 2)] as const;
		best = best.map((known, k) =>
			isLeft(known, k)
				? known
				: better(known, estimate(here.y[k] ?? 0, noise[k] ?? 0, three, k), closest),
		);
	};
	for (let level = 0; level < mostDown; level++) {
		// Nearly all branches are further away than that, or right here.
		const isLeft = ({ obstacle }: Estimate): boolean =>
			obstacle === 'branches' && level > mostDownAtBranches;
		if (best.every((estimate, k) => isLeft(estimate) || isDone(estimate, k))) break;
		lookAt(level, isDone);
	}
	const isRough = ({ obstacle, value, error, steepness }: Estimate): boolean =>
		obstacle === 'not resolved' ||
		(obstacle === null &&
			error > (closest === null ? enough(value) : closest * Math.max(Math.abs(value), steepness)));
	for (let level = -1; level >= -mostUp && best.some(isRough); level--)
		lookAt(level, (known) => !isRough(known));
	return lookBetween(best, here, x, moved);
}

/** Where a step is cut: at no place that pairs of steps, or an odd function's symmetry, have in common. */
const cut = (Math.sqrt(5) - 1) / 2;

/**
 * The estimates that a value between the point and its smallest step confirms. Pairs alone are blind to what is odd about
 * the point, whatever they step over.
 */
function lookBetween(
	best: readonly Estimate[],
	here: Point,
	x: number,
	moved: (to: number) => Point,
): Estimate[] {
	const points = new Map<number, Data>();
	return best.map((estimate, k) => {
		const { value, step, sag } = estimate;
		if (step === 0) return estimate;
		const to = x + cut * step;
		const known = points.get(step) ?? moved(to).y;
		points.set(step, known);
		const tangent = (here.y[k] ?? 0) + value * (to - x);
		return Math.abs((known[k] ?? 0) - tangent) <= sag ? estimate : none('not resolved');
	});
}

function none(obstacle: Obstacle): Estimate {
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
		noise: Math.max(noise, epsilon * Math.abs(above), epsilon * Math.abs(below), blur * steepness),
		steepness,
	};
}

/** What three steps say of the derivative of one element. */
function estimate(
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
function better(a: Estimate, b: Estimate, closest: number | null): Estimate {
	const rank = ({ obstacle }: Estimate): number =>
		obstacle === null ? 0 : obstacle === 'branches' ? 1 : 2;
	if (rank(a) !== rank(b)) return rank(a) < rank(b) ? a : b;
	if (closest !== null && b.error <= closest * Math.max(Math.abs(b.value), b.steepness)) return b;
	return b.error < a.error || rank(b) === 2 ? b : a;
}
