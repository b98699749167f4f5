// Chapter 4: down the bowl x0^2 + x1^2 by numerical gradients, with a good step, one too large and one too small.
import { tensor } from '@pullback/core';
import { numericalGradient } from '@pullback/verify';
import { bowl } from './numericalGradient.ts';

/** Where 100 steps from (-3, 4) lead. */
export function descend(learningRate: number): number[] {
	let x = tensor([-3, 4], { dtype: 'f64' });
	for (let i = 0; i < 100; i++) {
		const [gradient = x] = numericalGradient(bowl, [x], { step: 1e-4 });
		x = x.sub(gradient.mul(learningRate));
	}
	return [...x.data()];
}

if (process.argv[1] === import.meta.filename)
	for (const learningRate of [0.1, 10, 1e-10])
		console.log(`learning rate ${learningRate}: ${descend(learningRate).join(', ')}`);
