import { grad } from '@pullback/core';
import { Adam, accumulateGradients, clipByNorm, Momentum, SGD } from '../../src/index.ts';
import { optimizer, pure, type Rows } from './row.ts';

export const optimizers: Rows = {
	Adam: optimizer((all) => new Adam(all, { learningRate: 0.02 })),
	Momentum: optimizer((all) => new Momentum(all, { learningRate: 0.1 })),
	Optimizer: 'the abstract class of every optimiser; tested by those that extend it',
	SGD: optimizer((all) => new SGD(all, { learningRate: 0.3 })),
	accumulateGradients: pure(
		(x, w) => accumulateGradients(2, [x], (part) => grad(part.matmul(w).sin().mean(), [w])),
		[
			[4, 3],
			[3, 2],
		],
	),
	clipByNorm: pure((...gradients) => clipByNorm(gradients, 0.5), [[3, 2], [2]]),
};
