import { grad, type Node, type Operand, sum } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { interpreted } from './interpreted.ts';
import { checkedSeed, type TensorFunction, toChecked } from './numericalGradient.ts';
import { projected, randomDirections } from './projection.ts';

/** How the remainder of the first-order Taylor polynomial shrinks with the step. */
export interface TaylorReport {
	/** Whether it shrinks as the square of the step, or is nothing but rounding. */
	readonly ok: boolean;
	/** The power of the step that the remainder follows: 2 for a right gradient, 1 for a wrong one; NaN if it is rounding. */
	readonly slope: number;
	/** Steps and remainders, largest first. */
	readonly remainders: Remainders;
}

type Remainders = readonly (readonly [step: number, remainder: number])[];

const steps = Array.from({ length: 8 }, (_, i) => 2 ** -(i + 6));
/** A remainder below this share of the value may be rounding alone. */
const rounding = 2 ** -44;
/** Halfway between a wrong gradient's slope and a right one's. */
const threshold = 1.5;

/**
 * Checks the gradient of `f` by Taylor's theorem: along a random direction u, f(x + t u) - f(x) - t <f', u>
 * shrinks as t^2 if the gradient is right and as t if it is wrong. No tolerance to choose; tensors are projected
 * to a scalar at random. Takes a dozen evaluations, whatever the size of the inputs.
 */
export function checkTaylor(
	f: TensorFunction,
	inputs: readonly Operand[],
	options?: { readonly seed?: number },
): TaylorReport {
	const { seed = 0 } = checkedOptions('checkTaylor', options, ['seed']);
	checkedSeed('checkTaylor', seed);
	const { f: checked, inputs: nodes } = toChecked('checkTaylor', f, inputs);
	const floating = nodes.filter(({ dtype }) => dtype === 'f64');
	const directions = randomDirections(
		floating.map(({ shape }) => shape),
		seed,
	);
	const scalar = projected(checked, seed + 1);
	const value = interpreted(scalar);
	const at = (step: number): number =>
		value(
			...nodes.map((node) => {
				const along = directions[floating.indexOf(node)];
				return along === undefined ? node : node.add(along.mul(step));
			}),
		).item();
	const start = at(0);
	const slope = grad(scalar(...nodes), floating)
		.map((gradient, i) => sum(gradient.mul(directions[i] as Node)).item()) // one direction for each
		.reduce((total, each) => total + each, 0);
	const remainders = steps.map((step): [number, number] => [
		step,
		Math.abs(at(step) - start - step * slope),
	]);
	// The size of the direction counts too: where paths cancel, what is left is the rounding of what cancelled.
	const reach = directions.map((along) => along.abs().sum().item());
	const scale = reach.reduce((total, each) => total + each, Math.abs(start) + Math.abs(slope));
	const telling = remainders.filter(([, remainder]) => !(remainder <= rounding * scale));
	const rate = followed(telling, remainders);
	// One alone is within a factor of two of rounding, or has fallen faster than any wrong gradient's.
	return {
		ok: telling.length < 2 || rate > threshold,
		slope: rate,
		remainders,
	};
}

/**
 * The power that the telling remainders follow. If there are few of them, one that dips spoils their median: the
 * others, which are seldom rounding alone, may go on with the square all the same, as they never do after a wrong
 * gradient's.
 */
function followed(telling: Remainders, all: Remainders): number {
	const power = powerLaw(telling);
	if (!(power <= threshold)) return power;
	const overall = powerLaw(all);
	return overall > threshold ? overall : power;
}

/**
 * The median power between neighbours, each step half the one before: where terms of different order cancel,
 * a remainder dips, and spoils two of them but not their median.
 */
function powerLaw(points: Remainders): number {
	const powers = points
		.slice(1)
		.map(([, remainder], i) => Math.log2((points[i]?.[1] ?? Number.NaN) / remainder))
		.sort((a, b) => a - b);
	if (powers.some(Number.isNaN)) return Number.NaN;
	return powers[Math.floor(powers.length / 2)] ?? Number.NaN;
}
