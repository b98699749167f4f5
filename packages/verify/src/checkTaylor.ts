import { type Compile, grad, type Node, type Operand, sum, tensor } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { differencesOf } from './differences.ts';
import type { Estimate, Obstacle } from './estimate.ts';
import { interpreted } from './interpreted.ts';
import { sampled, spreadAround } from './noise.ts';
import { checkedSeed, type TensorFunction, toChecked } from './numericalGradient.ts';
import { projected, randomDirections } from './projection.ts';

/** What Taylor's theorem says of a gradient along one direction. */
export interface TaylorReport {
	/** Whether the gradient is not wrong: the remainder shrinks as the square of the step, or nothing can be told. */
	readonly ok: boolean;
	/** Why nothing can be told; null where it can. */
	readonly obstacle: Obstacle | 'rounding' | null;
	/** The power of the step that the remainder follows: 2 for a right gradient, 1 for a wrong one; NaN if it is rounding. */
	readonly slope: number;
	/** Steps and remainders, largest first. */
	readonly remainders: Remainders;
}

type Remainders = readonly (readonly [step: number, remainder: number])[];

const steps = Array.from({ length: 8 }, (_, i) => 2 ** -(i + 6));
/** Of a derivative along a direction: what its rules may round off beyond what stochastic arithmetic says. */
const relative = 1e-7;
/** What is called wrong is farther away than errors are estimated, by this factor. */
const safety = 10;

/**
 * Checks the gradient of `f` by Taylor's theorem: along a random direction u, f(x + t u) - f(x) - t <f', u>
 * shrinks as t^2 if the gradient is right and as t if it is wrong, which it is where <f', u> is not the limit of the
 * differences. No tolerance to choose; tensors are projected to a scalar at random. Takes some two dozen evaluations,
 * whatever the size of the inputs. Where the function branches, has no finite value or loses its digits, nothing can be
 * told.
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
	const along: TensorFunction = (t) =>
		scalar(
			...nodes.map((node) => {
				const direction = directions[floating.indexOf(node)];
				return direction === undefined || t === undefined ? node : node.add(direction.mul(t));
			}),
		);
	const start = tensor(0, { dtype: 'f64' });
	const { first, closer, noise } = differencesOf(along, [start]);
	const [estimate] = first(0, 0, (slope) => relative * Math.abs(slope));
	const slopeBy = (compile: Compile): number =>
		compile((...xs: Node[]) => {
			const own = xs.filter(({ dtype }) => dtype === 'f64');
			const terms = grad(scalar(...xs), own).map((slope, i) =>
				sum(slope.mul(directions[i] as Node)),
			); // one direction for each
			return terms.reduce((total, term) => total.add(term), start);
		})(...nodes).item();
	const slope = slopeBy(interpreted);
	const value = interpreted(along);
	const at = (step: number): number => value(tensor(step, { dtype: 'f64' })).item();
	const remainders = steps.map((step): [number, number] => [
		step,
		Math.abs(at(step) - at(0) - step * slope),
	]);
	const telling = remainders.filter(([, remainder]) => remainder > safety * (noise[0] ?? 0));
	const report = { slope: powerLaw(telling), remainders };
	if (estimate === undefined) throw new Error('internal: no difference along a direction');
	const agrees = ({ value, error }: Estimate, more: number): boolean => {
		const allowed = relative * Math.max(Math.abs(slope), Math.abs(value));
		return Math.abs(slope - value) <= allowed + error + more && error < Infinity;
	};
	if (agrees(estimate, 0)) return { ok: true, obstacle: null, ...report };
	const rounded = spreadAround(slope, sampled(slopeBy));
	// Nothing is called wrong at first sight: by other steps, and by the smallest that still tell anything.
	const [other = estimate] = closer(0, 0, estimate.value, Math.abs(slope - estimate.value));
	for (const each of [estimate, other]) {
		if (each.obstacle !== null) return { ok: true, obstacle: each.obstacle, ...report };
		if (agrees(each, safety * (each.error + rounded)))
			return { ok: true, obstacle: 'rounding', ...report };
	}
	return { ok: false, obstacle: null, ...report };
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
