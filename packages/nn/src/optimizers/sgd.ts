import { type Variable, where } from '@pullback/core';
import { fromZero, type Rules, share, truth } from '../options/rules.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { OptimizerOptions, Trained } from './groups.ts';
import { decayed } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of SGD. */
export interface SGDOptions extends OptimizerOptions {
	/** The size of a step, or a schedule of it. */
	readonly learningRate: number | Schedule;
	/** The share of the velocity that is kept, from 0 to 1; 0 if left out: no velocity. */
	readonly momentum?: number;
	/** The share of a gradient that does not enter the velocity, from 0 to 1; 0 if left out. The first enters whole. */
	readonly dampening?: number;
	/** Whether to step to where the velocity leads next; false if left out. Needs momentum, and no dampening. */
	readonly nesterov?: boolean;
	/** How much of the parameter is added to its gradient; 0 if left out. */
	readonly weightDecay?: number;
}

const rules: Rules<SGDOptions> = {
	learningRate: rate(),
	momentum: share(0),
	dampening: share(0),
	nesterov: truth(false),
	weightDecay: fromZero(0),
};

interface SGDState {
	readonly velocity: Variable | null;
}

/**
 * Stochastic gradient descent, w <- w - learningRate g, and with momentum as PyTorch has it (Sutskever et al. 2013):
 * v <- momentum v + (1 - dampening) g, w <- w - learningRate v; Nesterov's steps by g + momentum v instead of v. The
 * velocity holds gradients and no learning rate: unlike the book's, which `Momentum` has, it follows a change of the rate
 * at once. Throws RangeError for options out of range.
 */
export class SGD extends Optimizer<SGDOptions, SGDState> {
	constructor(parameters: Trained<SGDOptions>, options: SGDOptions) {
		super(parameters, options, rules, (filled, { momentum }) => ({
			velocity: momentum === 0 ? null : filled('velocity'),
		}));
		for (const { settings } of this.groups)
			if (settings.nesterov && (settings.momentum === 0 || settings.dampening > 0))
				throw new RangeError(
					`SGD: nesterov with momentum ${settings.momentum} and dampening ${settings.dampening}; momentum must be above 0, and dampening 0`,
				);
	}

	protected override updates(step: GroupStep<SGDOptions, SGDState>): Update[] {
		const { momentum, dampening, nesterov, weightDecay } = step.settings;
		const undamped = where(step.time.equal(1), 1, 1 - dampening);
		return step.members.flatMap(({ parameter: w, gradient, state: { velocity } }): Update[] => {
			const g = decayed(gradient, w, weightDecay);
			const rate = step.rate.cast(w.dtype);
			if (velocity === null) return [[w, w.read().sub(g.mul(rate))]];
			const v = velocity.mul(momentum).add(dampening === 0 ? g : g.mul(undamped.cast(w.dtype)));
			const direction = nesterov ? g.add(v.mul(momentum)) : v;
			return [
				[velocity, v],
				[w, w.read().sub(direction.mul(rate))],
			];
		});
	}
}
