import { maximum, type Variable, where } from '@pullback/core';
import { type MomentsOptions, momentsRules } from './adamFamily.ts';
import type { Trained } from './groups.ts';
import { decayed, oneLessPower, runningMean } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';

/** Options of RAdam. */
export type RAdamOptions = MomentsOptions;

interface RAdamState {
	readonly mean: Variable;
	readonly square: Variable;
}

/** The length of the average of squared gradients from which on their spread is trusted. */
const minTrustedLength = 5;

/**
 * Rectified Adam (Liu et al. 2020), as PyTorch has it: while the average of squared gradients is too short to be trusted,
 * steps are those of momentum; then those of Adam, rectified by how much it may be trusted, with epsilon added to the root
 * before it is corrected. The rate is 0.001 if left out. Throws RangeError for options out of range.
 */
export class RAdam extends Optimizer<RAdamOptions, RAdamState> {
	constructor(parameters: Trained<RAdamOptions>, options?: RAdamOptions) {
		super(parameters, options, momentsRules, (filled) => ({
			mean: filled('mean gradient'),
			square: filled('mean squared gradient'),
		}));
	}

	protected override updates(step: GroupStep<RAdamOptions, RAdamState>): Update[] {
		const { beta1, beta2, epsilon, weightDecay } = step.settings;
		const { time } = step;
		const corrected = oneLessPower(beta2, time);
		// Of the average of squared gradients: its length at last, and by now.
		const finalLength = 2 / (1 - beta2) - 1;
		const length = time.mul(corrected.neg().add(1)).mul(-2).div(corrected).add(finalLength);
		const trusted = length.greater(minTrustedLength);
		const share = length
			.sub(4)
			.mul(length.sub(2))
			.div(length)
			.mul(finalLength / ((finalLength - 4) * (finalLength - 2)));
		const rate = step.rate.div(oneLessPower(beta1, time));
		// Of what is not trusted, which may be negative, no root.
		const rectified = rate.mul(corrected.mul(maximum(where(trusted, share, 0), 0)).sqrt());
		return step.members.flatMap(({ parameter: w, gradient, state }): Update[] => {
			const g = decayed(gradient, w, weightDecay);
			const m = runningMean(state.mean, g, beta1);
			const v = runningMean(state.square, g.square(), beta2);
			const byMean = m.mul(rate.cast(w.dtype));
			const bySpread = m.mul(rectified.cast(w.dtype)).div(v.sqrt().add(epsilon));
			return [
				[state.mean, m],
				[state.square, v],
				[w, w.read().sub(where(trusted, bySpread, byMean))],
			];
		});
	}
}
