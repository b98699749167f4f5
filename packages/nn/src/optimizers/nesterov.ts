import type { Trained } from './groups.ts';
import { type MomentumOptions, momentumRules, type VelocityState } from './momentum.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';

/** Options of Nesterov. */
export type NesterovOptions = MomentumOptions;

/**
 * The accelerated gradient as the code of Deep Learning from Scratch has it: v <- momentum v - learningRate g, then
 * w <- w + momentum^2 v - (1 + momentum) learningRate g. Bengio et al. (2013), from whom it is, take the v before the step
 * in the second rule; theirs is `SGD` with `nesterov` while the rate is constant. Throws RangeError for options out of
 * range.
 */
export class Nesterov extends Optimizer<NesterovOptions, VelocityState> {
	constructor(parameters: Trained<NesterovOptions>, options: NesterovOptions) {
		super(parameters, options, momentumRules, (filled) => ({ velocity: filled('velocity') }));
	}

	protected override updates(step: GroupStep<NesterovOptions, VelocityState>): Update[] {
		const { momentum } = step.settings;
		return step.members.flatMap(({ parameter: w, gradient, state: { velocity } }): Update[] => {
			const descent = gradient.mul(step.rate.cast(w.dtype));
			const v = velocity.mul(momentum).sub(descent);
			const change = v.mul(momentum ** 2).sub(descent.mul(1 + momentum));
			return [
				[velocity, v],
				[w, w.read().add(change)],
			];
		});
	}
}
