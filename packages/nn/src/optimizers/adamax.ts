import { maximum, type Variable } from '@pullback/core';
import type { Rules } from '../options/rules.ts';
import { type MomentsOptions, momentsRules } from './adamFamily.ts';
import type { Trained } from './groups.ts';
import { decayed, oneLessPower, runningMean } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of Adamax; beta2 is the share of the largest magnitude that is kept. */
export type AdamaxOptions = MomentsOptions;

const rules: Rules<AdamaxOptions> = { ...momentsRules, learningRate: rate(0.002) };

interface AdamaxState {
	readonly mean: Variable;
	readonly largest: Variable;
}

/**
 * Adam by the largest magnitude of a gradient instead of the mean square (Kingma & Ba 2015, section 7), as PyTorch has it:
 * u <- max(beta2 u, |g| + epsilon), w <- w - learningRate m / ((1 - beta1^t) u). The rate is 0.002 if left out. Throws
 * RangeError for options out of range.
 */
export class Adamax extends Optimizer<AdamaxOptions, AdamaxState> {
	constructor(parameters: Trained<AdamaxOptions>, options?: AdamaxOptions) {
		super(parameters, options, rules, (filled) => ({
			mean: filled('mean gradient'),
			largest: filled('largest magnitude of a gradient'),
		}));
	}

	protected override updates(step: GroupStep<AdamaxOptions, AdamaxState>): Update[] {
		const { beta1, beta2, epsilon, weightDecay } = step.settings;
		const rate = step.rate.div(oneLessPower(beta1, step.time));
		return step.members.flatMap(({ parameter: w, gradient, state }): Update[] => {
			const g = decayed(gradient, w, weightDecay);
			const m = runningMean(state.mean, g, beta1);
			const u = maximum(state.largest.mul(beta2), g.abs().add(epsilon));
			return [
				[state.mean, m],
				[state.largest, u],
				[w, w.read().sub(m.mul(rate.cast(w.dtype)).div(u))],
			];
		});
	}
}
