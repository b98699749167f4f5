import { maximum, type Variable } from '@pullback/core';
import { aboveZero, fromZero, type Rules, share, shareBelowOne, truth } from '../options/rules.ts';
import type { OptimizerOptions, Trained } from './groups.ts';
import { decayed, runningMean } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of RMSProp. */
export interface RMSPropOptions extends OptimizerOptions {
	/** The share of the mean squared gradient that is kept, from 0, below 1; 0.99 if left out. PyTorch calls it alpha. */
	readonly decay?: number;
	/** Keeps the division from exploding, above 0; 1e-8 if left out. The book has 1e-7. */
	readonly epsilon?: number;
	/** How much of the parameter is added to its gradient; 0 if left out. */
	readonly weightDecay?: number;
	/** The share of the velocity that is kept, from 0 to 1; 0 if left out: no velocity. */
	readonly momentum?: number;
	/** Whether to divide by the estimated standard deviation, and not by the root of the mean square; false if left out. */
	readonly centered?: boolean;
}

const rules: Rules<RMSPropOptions> = {
	learningRate: rate(0.01),
	decay: shareBelowOne(0.99),
	epsilon: aboveZero(1e-8),
	weightDecay: fromZero(0),
	momentum: share(0),
	centered: truth(false),
};

interface RMSPropState {
	readonly square: Variable;
	readonly mean: Variable | null;
	readonly velocity: Variable | null;
}

/**
 * RMSProp (Tieleman & Hinton 2012; centred: Graves 2013), as PyTorch has it: h <- decay h + (1 - decay) g^2,
 * v <- momentum v + g / (sqrt(h) + epsilon), w <- w - learningRate v. The rate is 0.01 if left out. Throws RangeError for
 * options out of range.
 */
export class RMSProp extends Optimizer<RMSPropOptions, RMSPropState> {
	constructor(parameters: Trained<RMSPropOptions>, options?: RMSPropOptions) {
		super(parameters, options, rules, (filled, { momentum, centered }) => ({
			square: filled('mean squared gradient'),
			mean: centered ? filled('mean gradient') : null,
			velocity: momentum === 0 ? null : filled('velocity'),
		}));
	}

	protected override updates(step: GroupStep<RMSPropOptions, RMSPropState>): Update[] {
		const { decay, epsilon, weightDecay, momentum } = step.settings;
		return step.members.flatMap(({ parameter: w, gradient, state }): Update[] => {
			const g = decayed(gradient, w, weightDecay);
			const updates: Update[] = [];
			const keep = (variable: Variable, next: Update[1]): Update[1] => {
				updates.push([variable, next]);
				return next;
			};
			let spread = keep(state.square, runningMean(state.square, g.square(), decay));
			if (state.mean !== null) {
				const mean = keep(state.mean, runningMean(state.mean, g, decay));
				// Where all gradients were alike, rounding may take it below 0.
				spread = maximum(spread.sub(mean.square()), 0);
			}
			let change = g.div(spread.sqrt().add(epsilon));
			if (state.velocity !== null)
				change = keep(state.velocity, state.velocity.mul(momentum).add(change));
			return [...updates, [w, w.read().sub(change.mul(step.rate.cast(w.dtype)))]];
		});
	}
}
