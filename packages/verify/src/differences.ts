import { type Data, type Node, tensor } from '@pullback/core';
import { decisionsOf } from './decisions.ts';
import { units } from './deviating.ts';
import { better, type Estimate, estimate, none, type Pair, ratio } from './estimate.ts';
import { interpreted } from './interpreted.ts';
import { noiseOf } from './noise.ts';
import type { TensorFunction } from './numericalGradient.ts';

/** Derivatives by differences, of all elements of the output in one element of an f64 input. */
export interface Differences {
	/** At first sight: down to the step at which errors are what is `enough` of a derivative. */
	first(input: number, element: number, enough: (value: number) => number): readonly Estimate[];
	/**
	 * By steps of which none is one of the first, down to the smallest that tell a derivative from a number which is `apart`
	 * from it.
	 */
	closer(input: number, element: number, value: number, apart: number): readonly Estimate[];
	/** How far rounding may have moved each element of the output. */
	readonly noise: Float64Array;
}

/** How steps are chosen. */
interface Look {
	/** The first step, as a share of the element's size or 1. */
	readonly start: number;
	/**
	 * How uncertain a derivative may be, as a share of the slopes around: then the smallest step that tells as much is
	 * wanted. Null for the one that tells it best.
	 */
	readonly closest: number | null;
	readonly enough: (value: number) => number;
}

/** The first step at first sight. */
const start = 2 ** -10;
/** The first at a closer look. */
const otherStart = start * Math.sqrt(ratio);

/** The largest uncertainty of an estimate, as a share of its size. */
const maxRelativeUncertainty = 1e-3;

/** In powers of ten, so that few looks are needed for many numbers. */
function closestTo(number: number, apart: number): number {
	const share = apart / (100 * Math.max(Math.abs(number), Number.MIN_VALUE));
	return Math.min(10 ** Math.floor(Math.log10(share)), maxRelativeUncertainty);
}

/** The number of steps smaller than the first, and of larger ones where rounding is all that there is to see. */
const [maxLevelsDown, maxLevelsUp] = [13, 3];
/** The number of smaller steps where the function branches: to a millionth. */
const maxLevelsDownAtBranches = 4;

interface Point {
	readonly y: Data;
	readonly decisions: Data;
}

/**
 * The derivatives of all elements of `f` in each element of each f64 input, by central differences with Richardson's
 * extrapolation. A derivative is told where three steps, each about a quarter of the one before, see the same smooth
 * function: their differences converge with the square of the step, the second difference vanishes as fast, no branch
 * lies between. Steps that step over everything do not. Rounding, which grows as steps get smaller, is measured by
 * stochastic arithmetic: `f` itself may lose more digits than its value shows.
 */
export function differencesOf(f: TensorFunction, inputs: readonly Node[]): Differences {
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
	const alongElement = (input: number, element: number): Line => {
		const node = inputs[input] as Node; // in range
		const values = node.view();
		const x = values[element] ?? Number.NaN;
		return lineOf(here, x, (to) => {
			const elements = Float64Array.from(values);
			elements[element] = to;
			return at(inputs.with(input, tensor(elements, { shape: node.shape })));
		});
	};
	const doubtful = new Map<string, { line: Line; looks: Map<number, readonly Estimate[]> }>();
	return {
		noise,
		first: (input, element, enough) =>
			lookAlong(alongElement(input, element), noise, { start, closest: null, enough }),
		closer(input, element, value, apart) {
			const key = `${input},${element}`;
			const known = doubtful.get(key) ?? { line: alongElement(input, element), looks: new Map() };
			doubtful.set(key, known);
			const closest = closestTo(value, apart);
			const estimates =
				known.looks.get(closest) ??
				lookAlong(known.line, noise, { start: otherStart, closest, enough: () => 0 });
			known.looks.set(closest, estimates);
			return estimates;
		},
	};
}

/** The function along one element, at its value and around. */
interface Line {
	readonly x: number;
	readonly here: Point;
	at(x: number): Point;
	/** What lies a step to either side, kept by the step. */
	pairAt(step: number): Pair;
}

function lineOf(here: Point, x: number, at: (x: number) => Point): Line {
	const pairs = new Map<number, Pair>();
	const branchesAt = ({ decisions }: Point): boolean =>
		decisions.some((decision, i) => !Object.is(decision, here.decisions[i]));
	const blur = units.f64 * Math.abs(x);
	return {
		x,
		here,
		at,
		pairAt(step) {
			const known = pairs.get(step);
			if (known !== undefined) return known;
			const [to, from] = [x + step, x - step];
			const [up, down] = [at(to), at(from)];
			const branches = branchesAt(up) || branchesAt(down);
			const pair = { step, branches, up: up.y, down: down.y, distance: to - from, blur };
			pairs.set(step, pair);
			return pair;
		},
	};
}

function lookAlong(
	line: Line,
	noise: Float64Array,
	{ start, closest, enough }: Look,
): readonly Estimate[] {
	const { x, here } = line;
	const size = Math.max(1, Math.abs(x));
	const pairAt = (level: number): Pair => line.pairAt(start * size * ratio ** level);
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
	for (let level = 0; level < maxLevelsDown; level++) {
		// Nearly all branches are further away than that, or right here.
		const isLeft = ({ obstacle }: Estimate): boolean =>
			obstacle === 'branches' && level > maxLevelsDownAtBranches;
		if (best.every((known, k) => isLeft(known) || isDone(known, k))) break;
		lookAt(level, isDone);
	}
	const isRough = ({ obstacle, value, error, steepness }: Estimate): boolean =>
		obstacle === 'not resolved' ||
		(obstacle === null &&
			error > (closest === null ? enough(value) : closest * Math.max(Math.abs(value), steepness)));
	for (let level = -1; level >= -maxLevelsUp && best.some(isRough); level--)
		lookAt(level, (known) => !isRough(known));
	return lookBetween(best, line);
}

/** Where a step is cut: at no place that pairs of steps, or an odd function's symmetry, have in common. */
const cut = (Math.sqrt(5) - 1) / 2;

/**
 * The estimates that a value between the point and its smallest step confirms. Pairs alone are blind to what is odd about
 * the point, whatever they step over.
 */
function lookBetween(best: readonly Estimate[], { x, here, at }: Line): readonly Estimate[] {
	const points = new Map<number, Data>();
	return best.map((known, k) => {
		const { value, step, sag } = known;
		if (step === 0) return known;
		const to = x + cut * step;
		const between = points.get(step) ?? at(to).y;
		points.set(step, between);
		const tangent = (here.y[k] ?? 0) + value * (to - x);
		return Math.abs((between[k] ?? 0) - tangent) <= sag ? known : none('not resolved');
	});
}
