import type { Node, Variable } from '@pullback/core';
import { Optimizer, type OptimizerOptions, type Update } from './optimizer.ts';

/** Options of Momentum. */
export interface MomentumOptions extends OptimizerOptions {
	/** The share of the velocity that is kept; 0.9 if left out. */
	readonly momentum?: number;
}

/**
 * Gradient descent with momentum (Polyak 1964; Deep Learning from Scratch, 6.1.4):
 * v <- momentum v - learningRate g, w <- w + v.
 */
export class Momentum extends Optimizer {
	readonly momentum: number;
	readonly velocities: readonly Variable[];

	constructor(parameters: readonly Variable[], options: MomentumOptions) {
		super(parameters, options);
		this.momentum = options.momentum ?? 0.9;
		this.velocities = this.zerosFor('velocity');
	}

	protected override updates(gradients: readonly Node[]): Update[] {
		const rate = this.learningRate.read();
		return this.forEach(gradients, (w, g, i) => {
			const velocity = this.velocities[i] as Variable; // one for each parameter
			const v = velocity
				.read()
				.mul(this.momentum)
				.sub(g.mul(rate.cast(w.dtype)));
			return [
				[velocity, v],
				[w, w.read().add(v)],
			];
		});
	}
}
