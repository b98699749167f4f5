import type { Compile, Node, Operand } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { isFloating, pullback, pushforward } from './exactJacobian.ts';
import { interpreted } from './interpreted.ts';
import { sampled, spreadAround } from './noise.ts';
import { checkedSeed, type TensorFunction, toChecked } from './numericalGradient.ts';
import { randomDirections } from './projection.ts';

/** What the adjoint identity says of a function at a point. */
export interface AdjointReport {
	/** Whether both sides agree to rounding, or nothing can be told. */
	readonly ok: boolean;
	/** Why nothing can be told; null where it can. */
	readonly obstacle: 'not finite' | null;
	/** <v, J u>, by forward mode. */
	readonly forward: number;
	/** <J^T v, u>, by reverse mode. */
	readonly reverse: number;
	/** How far apart the two might have been. */
	readonly tolerance: number;
}

/** Of the magnitudes of all terms: some hundred thousand roundings of f64. */
const rounding = 1e-11;
/** What is called wrong is farther away than rounding moves either side, by this factor. */
const safety = 10;

/**
 * Checks that forward and reverse mode of `f` are each other's transpose: <v, J u> = <J^T v, u> for random u
 * and v. Takes no step, so it holds to rounding, at kinks too; but it cannot see a fault that both modes share.
 */
export function checkAdjoint(
	f: TensorFunction,
	inputs: readonly Operand[],
	options?: { readonly seed?: number },
): AdjointReport {
	const { seed = 0 } = checkedOptions('checkAdjoint', options, ['seed']);
	checkedSeed('checkAdjoint', seed);
	const { f: checked, inputs: nodes } = toChecked('checkAdjoint', f, inputs);
	const shapes = [checked(...nodes), ...nodes.filter(isFloating)].map(({ shape }) => shape);
	const [v, ...us] = randomDirections(shapes, seed) as [Node, ...Node[]]; // one for each shape
	const terms = (pairs: readonly (readonly [Node, Node])[]): number[] =>
		pairs.flatMap(([a, b]) => [...a.mul(b).data()]);
	const forwardBy = (compile: Compile): number[] =>
		terms([[v, pushforward(checked, compile)(us, nodes)]]);
	const reverseBy = (compile: Compile): number[] =>
		terms(pullback(checked, compile)(v, nodes).map((slope, i) => [slope, us[i] as Node])); // one u for each
	const [forward, reverse] = [forwardBy(interpreted), reverseBy(interpreted)];
	const [left, right] = [total(forward), total(reverse)];
	// The sizes of u and v count too: where paths cancel, what is left is the rounding of what cancelled.
	const sizes = [v, ...us].map((each) => total([...each.data()].map(Math.abs)));
	const scale = total([...forward, ...reverse].map(Math.abs)) + total(sizes) ** 2;
	const sides = { forward: left, reverse: right };
	const apart = Math.abs(left - right);
	if (!Number.isFinite(apart))
		return { ok: true, obstacle: 'not finite', ...sides, tolerance: Infinity };
	let tolerance = rounding * scale;
	if (apart > tolerance) {
		const spreadOf = (side: number, by: (compile: Compile) => number[]): number =>
			spreadAround(
				side,
				sampled((compile) => total(by(compile))),
			);
		tolerance += safety * (spreadOf(left, forwardBy) + spreadOf(right, reverseBy));
	}
	return { ok: apart <= tolerance, obstacle: null, ...sides, tolerance };
}

function total(terms: readonly number[]): number {
	return terms.reduce((sum, term) => sum + term, 0);
}
