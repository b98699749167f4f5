import { type Node, type Variable, variable } from '@pullback/core';
import { fromZero, type Rules } from '../options/rules.ts';
import { type MomentsOptions, momentsRules } from './adamFamily.ts';
import type { Trained } from './groups.ts';
import { decayed, oneLessPower, runningMean } from './moments.ts';
import { type GroupStep, Optimizer, type Update } from './optimizer.ts';
import { rate } from './rate.ts';

/** Options of NAdam. */
export interface NAdamOptions extends MomentsOptions {
	/** How fast the momentum rises from half of beta1 to all of it; 0.004 if left out. */
	readonly momentumDecay?: number;
}

const rules: Rules<NAdamOptions> = {
	...momentsRules,
	learningRate: rate(0.002),
	momentumDecay: fromZero(0.004),
};

interface NAdamState {
	readonly mean: Variable;
	readonly square: Variable;
}

/**
 * Adam with Nesterov's momentum (Dozat 2016), whose momentum at step t is
 * mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2), as PyTorch has it. The rate is 0.002 if left out. Throws RangeError for
 * options out of range.
 */
export class NAdam extends Optimizer<NAdamOptions, NAdamState> {
	/** The product of the momenta so far, for each group of parameters. */
	readonly products: readonly Variable[] = this.groups.map(() =>
		variable(1, { name: 'product of momenta', dtype: 'f64' }),
	);

	constructor(parameters: Trained<NAdamOptions>, options?: NAdamOptions) {
		super(parameters, options, rules, (filled) => ({
			mean: filled('mean gradient'),
			square: filled('mean squared gradient'),
		}));
	}

	protected override updates(step: GroupStep<NAdamOptions, NAdamState>): Update[] {
		const { beta1, beta2, epsilon, weightDecay, momentumDecay } = step.settings;
		const momentumAt = (time: Node): Node =>
			time
				.mul(momentumDecay * Math.log(0.96))
				.exp()
				.mul(-0.5)
				.add(1)
				.mul(beta1);
		const [momentum, next] = [momentumAt(step.time), momentumAt(step.time.add(1))];
		const product = this.products[step.group] as Variable; // one for each group
		const passed = product.mul(momentum);
		const ofGradient = step.rate.mul(momentum.neg().add(1)).div(passed.neg().add(1));
		const ofMean = step.rate.mul(next).div(passed.mul(next).neg().add(1));
		const root = oneLessPower(beta2, step.time).sqrt();
		const updates = step.members.flatMap(({ parameter: w, gradient, state }): Update[] => {
			const g = decayed(gradient, w, weightDecay);
			const m = runningMean(state.mean, g, beta1);
			const v = runningMean(state.square, g.square(), beta2);
			const spread = v.sqrt().div(root.cast(w.dtype)).add(epsilon);
			const change = g.mul(ofGradient.cast(w.dtype)).add(m.mul(ofMean.cast(w.dtype)));
			return [
				[state.mean, m],
				[state.square, v],
				[w, w.read().sub(change.div(spread))],
			];
		});
		return [[product, passed], ...updates];
	}
}
