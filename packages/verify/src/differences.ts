import { type Data, type Node, tensor } from '@pullback/core';
import { decisionsOf } from './decisions.ts';
import { interpreted } from './interpreted.ts';
import type { TensorFunction } from './numericalGradient.ts';

/** A derivative by differences. */
export interface Estimate {
	readonly value: number;
	/** How far the value may be from the truth, by what two steps say and by rounding. */
	readonly error: number;
	/** Whether there may be no derivative: the function branches between the points, or there are no points around infinity. */
	readonly branches: boolean;
}

/** Tried in turn, as shares of the element's size or 1: a smaller step steps over fewer branches. */
const steps = [1e-3, 1e-4, 1e-5, 1e-6];
const epsilon = 2 ** -52;

interface Point {
	readonly y: Data;
	readonly decisions: Data;
}

/**
 * The derivatives of all elements of `f` in each element of each f64 input, by central differences with
 * Richardson's extrapolation: steps h and h/2 cancel the error in h^2, and their disagreement bounds what is
 * left. Where the function branches between the points, or the error is too large, a smaller step is tried.
 */
export function differences(
	f: TensorFunction,
	inputs: readonly Node[],
	enough: (value: number) => number,
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
	return inputs.map((input, i) => {
		if (input.dtype !== 'f64') return [];
		const values = input.data();
		return Array.from(values, (x, element) => {
			const moved = (by: number): Point => {
				const shifted = tensor(values.with(element, x + by), { shape: input.shape });
				return at(inputs.with(i, shifted));
			};
			let best: Estimate[] = [];
			for (const step of steps) {
				const estimates = extrapolate(here, moved, step * Math.max(1, Math.abs(x)));
				best = estimates.map((estimate, k) => better(best[k], estimate));
				if (!Number.isFinite(x)) return best.map((estimate) => ({ ...estimate, branches: true }));
				if (best.every(({ value, error, branches }) => !branches && !(error > enough(value))))
					break;
			}
			return best;
		});
	});
}

function extrapolate(here: Point, moved: (by: number) => Point, h: number): Estimate[] {
	const points = [h, -h, h / 2, -h / 2].map(moved) as [Point, Point, Point, Point]; // one for each step
	const branches = points.some(({ decisions }) =>
		decisions.some((decision, i) => !Object.is(decision, here.decisions[i])),
	);
	const [up, down, halfUp, halfDown] = points;
	return Array.from(here.y, (_, k) => {
		const [a, b, c, d] = [up, down, halfUp, halfDown].map(({ y }) => y[k] ?? Number.NaN) as [
			number,
			number,
			number,
			number,
		]; // one for each point
		const [wide, narrow] = [(a - b) / (2 * h), (c - d) / h];
		const rounding = (8 * epsilon * Math.max(...[a, b, c, d].map(Math.abs))) / h;
		return {
			value: (4 * narrow - wide) / 3,
			error: Math.abs(narrow - wide) / 3 + rounding,
			branches,
		};
	});
}

/** An estimate without a branch before one with, and the smaller error of two alike. */
function better(a: Estimate | undefined, b: Estimate): Estimate {
	if (a === undefined || (a.branches && !b.branches)) return b;
	if (b.branches && !a.branches) return a;
	return b.error < a.error ? b : a;
}
