import type { Variable } from '@pullback/core';
import { aboveZero, fromZero, type Rules } from '../options/rules.ts';
import type { OptimizerOptions, Trained } from './groups.ts';
import { decayed } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of AdaGrad. */
export interface AdaGradOptions extends OptimizerOptions {
	/** How the rate falls: by 1 + learningRateDecay times the steps before; 0 if left out. */
	readonly learningRateDecay?: number;
	/** How much of the parameter is added to its gradient; 0 if left out. */
	readonly weightDecay?: number;
	/** The sum of squares to begin with; 0 if left out. */
	readonly initialAccumulator?: number;
	/** Keeps the division from exploding, above 0; 1e-10 if left out. The book has 1e-7. */
	readonly epsilon?: number;
}

const rules: Rules<AdaGradOptions> = {
	learningRate: rate(0.01),
	learningRateDecay: fromZero(0),
	weightDecay: fromZero(0),
	initialAccumulator: fromZero(0),
	epsilon: aboveZero(1e-10),
};

interface AdaGradState {
	readonly squares: Variable;
}

/**
 * AdaGrad (Duchi et al. 2011; Deep Learning from Scratch, 6.1.5): h <- h + g^2,
 * w <- w - learningRate g / (sqrt(h) + epsilon). The rate is 0.01 if left out. Throws RangeError for options out of range.
 */
export class AdaGrad extends Optimizer<AdaGradOptions, AdaGradState> {
	constructor(parameters: Trained<AdaGradOptions>, options?: AdaGradOptions) {
		super(parameters, options, rules, (filled, { initialAccumulator }) => ({
			squares: filled('sum of squared gradients', initialAccumulator),
		}));
	}

	protected override updates(step: GroupStep<AdaGradOptions, AdaGradState>): Update[] {
		const { learningRateDecay, weightDecay, epsilon } = step.settings;
		const before = step.time.sub(1);
		const rate = step.rate.div(before.mul(learningRateDecay).add(1));
		return step.members.flatMap(({ parameter: w, gradient, state: { squares } }): Update[] => {
			const g = decayed(gradient, w, weightDecay);
			const h = squares.add(g.square());
			const change = g.mul(rate.cast(w.dtype)).div(h.sqrt().add(epsilon));
			return [
				[squares, h],
				[w, w.read().sub(change)],
			];
		});
	}
}
