import { AdamFamily, type AdamOptions, adamRules } from './adamFamily.ts';
import type { Trained } from './groups.ts';

/**
 * Adam (Kingma & Ba 2015): m <- m + (1 - beta1) (g - m), v <- v + (1 - beta2) (g^2 - v), and with both corrected for
 * having begun with 0, m' = m / (1 - beta1^t) and v' = v / (1 - beta2^t):
 * w <- w - learningRate m' / (sqrt(v') + epsilon). Weight decay is added to the gradient. The rate is 0.001 if left out.
 * The book's Adam is `{ correction: 'rate', epsilon: 1e-7 }`. Throws RangeError for options out of range.
 */
export class Adam extends AdamFamily {
	protected override readonly decoupled = false;

	constructor(parameters: Trained<AdamOptions>, options?: AdamOptions) {
		super(parameters, options, adamRules);
	}
}
