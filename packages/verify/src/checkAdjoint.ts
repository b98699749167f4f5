import { jvp, type Node, type Operand, vjp } from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { areClose } from './agree.ts';
import { checkedSeed, type TensorFunction, toChecked } from './numericalGradient.ts';
import { randomDirections } from './projection.ts';

/** What the adjoint identity says of a function at a point. */
export interface AdjointReport {
	/** Whether both sides agree to rounding. */
	readonly ok: boolean;
	/** <v, J u>, by forward mode. */
	readonly forward: number;
	/** <J^T v, u>, by reverse mode. */
	readonly reverse: number;
	/** How far apart the two might have been. */
	readonly tolerance: number;
}

/** Of the magnitudes of all terms: some hundred thousand roundings of f64. */
const rounding = 1e-11;

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
	const floating = nodes.filter(({ dtype }) => dtype === 'f64');
	const y = checked(...nodes);
	const [v, ...us] = randomDirections([y.shape, ...floating.map(({ shape }) => shape)], seed) as [
		Node,
		...Node[],
	]; // one for each shape
	const terms = (pairs: readonly (readonly [Node, Node])[]): number[] =>
		pairs.flatMap(([a, b]) => [...a.mul(b).data()]);
	const forward = terms([[v, jvp(y, floating, us)]]);
	const reverse = terms(vjp(y, v, floating).map((slope, i) => [slope, us[i] as Node])); // one u for each
	const [left, right] = [total(forward), total(reverse)];
	// The sizes of u and v count too: where paths cancel, what is left is the rounding of what cancelled.
	const sizes = [v, ...us].map((each) => total([...each.data()].map(Math.abs)));
	const scale = total([...forward, ...reverse].map(Math.abs)) + total(sizes) ** 2;
	const tolerance = rounding * scale;
	return {
		ok: areClose(left, right, { absolute: tolerance, relative: 0 }),
		forward: left,
		reverse: right,
		tolerance,
	};
}

function total(terms: readonly number[]): number {
	return terms.reduce((sum, term) => sum + term, 0);
}
