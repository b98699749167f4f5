import type { Node } from '@pullback/core';
import { Optimizer, type Update } from './optimizer.ts';

/** Stochastic gradient descent: w <- w - learningRate g. */
export class SGD extends Optimizer {
	protected override updates(gradients: readonly Node[]): Update[] {
		const rate = this.learningRate.read();
		return this.forEach(gradients, (w, g) => [[w, w.read().sub(g.mul(rate.cast(w.dtype)))]]);
	}
}
