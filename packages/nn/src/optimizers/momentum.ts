import type { Variable } from '@pullback/core';
import { type Rules, share } from '../options/rules.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { OptimizerOptions, Trained } from './groups.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of Momentum. */
export interface MomentumOptions extends OptimizerOptions {
	/** The size of a step, or a schedule of it. */
	readonly learningRate: number | Schedule;
	/** The share of the velocity that is kept, from 0 to 1; 0.9 if left out. */
	readonly momentum?: number;
}

/** The rules of the options of the book's methods with a velocity. */
export const momentumRules: Rules<MomentumOptions> = { learningRate: rate(), momentum: share(0.9) };

/** The velocity of a parameter, which has the size of steps. */
export interface VelocityState {
	readonly velocity: Variable;
}

/**
 * Gradient descent with momentum (Polyak 1964; Deep Learning from Scratch, 6.1.4):
 * v <- momentum v - learningRate g, w <- w + v. While the rate is constant, `SGD` with momentum takes the same steps.
 * Throws RangeError for options out of range.
 */
export class Momentum extends Optimizer<MomentumOptions, VelocityState> {
	constructor(parameters: Trained<MomentumOptions>, options: MomentumOptions) {
		super(parameters, options, momentumRules, (filled) => ({ velocity: filled('velocity') }));
	}

	protected override updates(step: GroupStep<MomentumOptions, VelocityState>): Update[] {
		const { momentum } = step.settings;
		return step.members.flatMap(({ parameter: w, gradient, state: { velocity } }): Update[] => {
			const v = velocity.mul(momentum).sub(gradient.mul(step.rate.cast(w.dtype)));
			return [
				[velocity, v],
				[w, w.read().add(v)],
			];
		});
	}
}
