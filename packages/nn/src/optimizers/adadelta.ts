import type { Variable } from '@pullback/core';
import { aboveZero, fromZero, type Rules, shareBelowOne } from '../options/rules.ts';
import type { OptimizerOptions, Trained } from './groups.ts';
import { decayed, runningMean } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of Adadelta. */
export interface AdadeltaOptions extends OptimizerOptions {
	/** The share of both mean squares that is kept, from 0, below 1; 0.9 if left out. PyTorch calls it rho. */
	readonly decay?: number;
	/** Added to both mean squares, above 0; 1e-6 if left out. Without it no step would be the first. */
	readonly epsilon?: number;
	/** How much of the parameter is added to its gradient; 0 if left out. */
	readonly weightDecay?: number;
}

const rules: Rules<AdadeltaOptions> = {
	learningRate: rate(1),
	decay: shareBelowOne(0.9),
	epsilon: aboveZero(1e-6),
	weightDecay: fromZero(0),
};

interface AdadeltaState {
	readonly square: Variable;
	readonly change: Variable;
}

/**
 * Adadelta (Zeiler 2012): h <- decay h + (1 - decay) g^2, c = g sqrt(d + epsilon) / sqrt(h + epsilon),
 * d <- decay d + (1 - decay) c^2, w <- w - learningRate c. The rate is 1 if left out, as in the paper. Throws RangeError
 * for options out of range.
 */
export class Adadelta extends Optimizer<AdadeltaOptions, AdadeltaState> {
	constructor(parameters: Trained<AdadeltaOptions>, options?: AdadeltaOptions) {
		super(parameters, options, rules, (filled) => ({
			square: filled('mean squared gradient'),
			change: filled('mean squared change'),
		}));
	}

	protected override updates(step: GroupStep<AdadeltaOptions, AdadeltaState>): Update[] {
		const { decay, epsilon, weightDecay } = step.settings;
		return step.members.flatMap(({ parameter: w, gradient, state }): Update[] => {
			const g = decayed(gradient, w, weightDecay);
			const square = runningMean(state.square, g.square(), decay);
			const change = g.mul(state.change.add(epsilon).div(square.add(epsilon)).sqrt());
			return [
				[state.square, square],
				[state.change, runningMean(state.change, change.square(), decay)],
				[w, w.read().sub(change.mul(step.rate.cast(w.dtype)))],
			];
		});
	}
}
