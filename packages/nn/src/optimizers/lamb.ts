import { logicalAnd, type Node, norm, type Variable, where } from '@pullback/core';
import { aboveZero, type Rules } from '../options/rules.ts';
import { type MomentsOptions, momentsRules } from './adamFamily.ts';
import type { Trained } from './groups.ts';
import { decayed, oneLessPower, runningMean } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';

/** Options of LAMB; epsilon is 1e-6 if left out. */
export type LAMBOptions = MomentsOptions;

const rules: Rules<LAMBOptions> = { ...momentsRules, epsilon: aboveZero(1e-6) };

interface LAMBState {
	readonly mean: Variable;
	readonly square: Variable;
}

/**
 * LAMB (You et al. 2020, algorithm 2), for large batches: Adam's change r = m' / (sqrt(v') + epsilon) + weightDecay w, of
 * each parameter scaled to its size: w <- w - learningRate r |w| / |r| by Euclidean norms, or w - learningRate r where one
 * of them is 0. The rate is 0.001 if left out. Throws RangeError for options out of range.
 */
export class LAMB extends Optimizer<LAMBOptions, LAMBState> {
	constructor(parameters: Trained<LAMBOptions>, options?: LAMBOptions) {
		super(parameters, options, rules, (filled) => ({
			mean: filled('mean gradient'),
			square: filled('mean squared gradient'),
		}));
	}

	protected override updates(step: GroupStep<LAMBOptions, LAMBState>): Update[] {
		const { beta1, beta2, epsilon, weightDecay } = step.settings;
		const ofMean = oneLessPower(beta1, step.time);
		const root = oneLessPower(beta2, step.time).sqrt();
		return step.members.flatMap(({ parameter: w, gradient: g, state }): Update[] => {
			const m = runningMean(state.mean, g, beta1);
			const v = runningMean(state.square, g.square(), beta2);
			const spread = v.sqrt().div(root.cast(w.dtype)).add(epsilon);
			const change = decayed(m.div(ofMean.cast(w.dtype)).div(spread), w, weightDecay);
			const rate = step.rate.cast(w.dtype).mul(ratioOf(norm(w), norm(change)));
			return [
				[state.mean, m],
				[state.square, v],
				[w, w.read().sub(change.mul(rate))],
			];
		});
	}
}

/** The ratio of two norms, or 1 where one is 0. */
function ratioOf(size: Node, change: Node): Node {
	const both = logicalAnd(size.greater(0), change.greater(0));
	return where(both, size.div(where(both, change, 1)), 1);
}
