import type { Variable } from '@pullback/core';
import { fromZero, type Rules, shareBelowOne } from '../options/rules.ts';
import type { OptimizerOptions, Trained } from './groups.ts';
import { runningMean, shrunk } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of Lion. */
export interface LionOptions extends OptimizerOptions {
	/** The share of the mean gradient in the direction of a step, from 0, below 1; 0.9 if left out. */
	readonly beta1?: number;
	/** The share of the mean gradient that is kept, from 0, below 1; 0.99 if left out. */
	readonly beta2?: number;
	/** How much of the parameter is taken off it, times the learning rate; 0 if left out. */
	readonly weightDecay?: number;
}

const rules: Rules<LionOptions> = {
	learningRate: rate(0.0001),
	beta1: shareBelowOne(0.9),
	beta2: shareBelowOne(0.99),
	weightDecay: fromZero(0),
};

interface LionState {
	readonly mean: Variable;
}

/**
 * Lion (Chen et al. 2023, algorithm 2), every step of which has the size of the learning rate:
 * w <- w - learningRate (sign(beta1 m + (1 - beta1) g) + weightDecay w), then m <- beta2 m + (1 - beta2) g. The rate is
 * 0.0001 if left out. Throws RangeError for options out of range.
 */
export class Lion extends Optimizer<LionOptions, LionState> {
	constructor(parameters: Trained<LionOptions>, options?: LionOptions) {
		super(parameters, options, rules, (filled) => ({ mean: filled('mean gradient') }));
	}

	protected override updates(step: GroupStep<LionOptions, LionState>): Update[] {
		const { beta1, beta2, weightDecay } = step.settings;
		return step.members.flatMap(({ parameter: w, gradient: g, state: { mean } }): Update[] => {
			const direction = runningMean(mean, g, beta1).sign();
			// The mean last, which both need as it was: so it can be changed where it lies.
			return [
				[w, shrunk(w, step.rate, weightDecay).sub(direction.mul(step.rate.cast(w.dtype)))],
				[mean, runningMean(mean, g, beta2)],
			];
		});
	}
}
