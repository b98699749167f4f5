import { fromZero, type Rules } from '../options/rules.ts';
import { AdamFamily, type AdamOptions, adamRules } from './adamFamily.ts';
import type { Trained } from './groups.ts';

const rules: Rules<AdamOptions> = { ...adamRules, weightDecay: fromZero(0.01) };

/**
 * Adam with weight decay that is taken off the parameter, w <- (1 - learningRate weightDecay) w before the step, and is
 * not scaled by the gradients as where it is added to them (Loshchilov & Hutter 2019). It is 0.01 if left out; all else is
 * as in Adam.
 */
export class AdamW extends AdamFamily {
	protected override readonly decoupled = true;

	constructor(parameters: Trained<AdamOptions>, options?: AdamOptions) {
		super(parameters, options, rules);
	}
}
