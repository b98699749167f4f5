import type { Node, Variable } from '@pullback/core';
import { checkedNumber, checkedOptions } from '@pullback/core/arguments';
import { Optimizer, type OptimizerOptions, type Update } from './optimizer.ts';

/** Options of Momentum. */
export interface MomentumOptions extends OptimizerOptions {
	/** The share of the velocity that is kept, from 0 to 1; 0.9 if left out. */
	readonly momentum?: number;
}

/**
 * Gradient descent with momentum (Polyak 1964; Deep Learning from Scratch, 6.1.4):
 * v <- momentum v - learningRate g, w <- w + v. Throws RangeError for options out of range.
 */
export class Momentum extends Optimizer {
	readonly momentum: number;
	readonly velocities: readonly Variable[];

	constructor(parameters: readonly Variable[], options: MomentumOptions) {
		const { learningRate, momentum = 0.9 } = checkedOptions('Momentum', options, [
			'learningRate',
			'momentum',
		]);
		super(parameters, { learningRate: checkedNumber('Momentum', 'learningRate', learningRate) });
		checkedNumber('Momentum', 'momentum', momentum);
		if (!(momentum >= 0 && momentum <= 1))
			throw new RangeError(`Momentum: momentum is ${momentum}; it must be a number from 0 to 1`);
		this.momentum = momentum;
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
