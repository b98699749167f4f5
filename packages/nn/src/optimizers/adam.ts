import { type Node, type Variable, variable } from '@pullback/core';
import { checkedNumber, checkedOptions } from '@pullback/core/arguments';
import { Optimizer, type Update } from './optimizer.ts';

/** Options of Adam. */
export interface AdamOptions {
	/** 0.001 if left out. */
	readonly learningRate?: number;
	/** The share of the mean gradient that is kept, from 0, below 1; 0.9 if left out. */
	readonly beta1?: number;
	/** The share of the mean squared gradient that is kept, from 0, below 1; 0.999 if left out. */
	readonly beta2?: number;
	/** Keeps the division from exploding, above 0; 1e-7 if left out, as in the book. */
	readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015), in the form at the end of its section 2, which the book uses too:
 * m <- m + (1 - beta1) (g - m), v <- v + (1 - beta2) (g^2 - v), and with
 * rate = learningRate sqrt(1 - beta2^t) / (1 - beta1^t): w <- w - rate m / (sqrt(v) + epsilon).
 * Throws RangeError for options out of range.
 */
export class Adam extends Optimizer {
	readonly beta1: number;
	readonly beta2: number;
	readonly epsilon: number;
	/** The number of steps so far. */
	readonly time: Variable = variable(0, { name: 'time', dtype: 'f64' });
	readonly means: readonly Variable[];
	readonly squares: readonly Variable[];

	constructor(parameters: readonly Variable[], options?: AdamOptions) {
		const {
			learningRate = 0.001,
			beta1 = 0.9,
			beta2 = 0.999,
			epsilon = 1e-7,
		} = checkedOptions('Adam', options, ['learningRate', 'beta1', 'beta2', 'epsilon']);
		super(parameters, { learningRate });
		for (const [name, value] of Object.entries({ beta1, beta2, epsilon }))
			checkedNumber('Adam', name, value);
		for (const [name, share] of Object.entries({ beta1, beta2 }))
			if (!(share >= 0 && share < 1))
				throw new RangeError(`Adam: ${name} is ${share}; it must be a number from 0, below 1`);
		if (!(epsilon > 0 && epsilon < Infinity))
			throw new RangeError(`Adam: epsilon is ${epsilon}; it must be a finite number above 0`);
		this.beta1 = beta1;
		this.beta2 = beta2;
		this.epsilon = epsilon;
		this.means = this.zerosFor('mean gradient');
		this.squares = this.zerosFor('mean squared gradient');
	}

	protected override updates(gradients: readonly Node[]): Update[] {
		const { beta1, beta2, epsilon } = this;
		const t = this.time.read().add(1);
		// In f64, for 1 - beta2^t has three digits fewer than beta2.
		const bias = oneLessPower(beta2, t).sqrt().div(oneLessPower(beta1, t));
		const rate = this.learningRate.read().mul(bias);
		const updates = this.forEach(gradients, (w, g, i) => {
			const [mean, square] = [this.means[i], this.squares[i]] as [Variable, Variable]; // one for each parameter
			const m = mean.read().add(g.sub(mean).mul(1 - beta1));
			const v = square.read().add(
				g
					.square()
					.sub(square)
					.mul(1 - beta2),
			);
			const change = m.mul(rate.cast(w.dtype)).div(v.sqrt().add(epsilon));
			return [
				[mean, m],
				[square, v],
				[w, w.read().sub(change)],
			];
		});
		return [[this.time, t], ...updates];
	}
}

/** 1 - beta^t. */
function oneLessPower(beta: number, t: Node): Node {
	return t.mul(Math.log(beta)).expm1().neg();
}
