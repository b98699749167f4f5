import { grad } from '@pullback/core';
import {
	Adadelta,
	AdaGrad,
	Adam,
	Adamax,
	AdamW,
	accumulateGradients,
	clipByNorm,
	clipByValue,
	ExponentialMovingAverage,
	LAMB,
	LBFGS,
	Lion,
	Momentum,
	NAdam,
	Nesterov,
	RAdam,
	RMSProp,
	SGD,
} from '../../src/index.ts';
import { pure, type Rows } from './row.ts';
import { average, minimizer, optimizer } from './stepRow.ts';

export const optimizers: Rows = {
	AdaGrad: optimizer((all) => new AdaGrad(all, { learningRate: 0.1 })),
	Adadelta: optimizer((all) => new Adadelta(all, { learningRate: 10 })),
	Adam: [
		optimizer((all) => new Adam(all, { learningRate: 0.02 })),
		optimizer((all) => new Adam(all, { learningRate: 0.02, amsgrad: true, correction: 'rate' })),
	],
	AdamW: optimizer((all) => new AdamW(all, { learningRate: 0.02 })),
	Adamax: optimizer((all) => new Adamax(all, { learningRate: 0.05 })),
	ExponentialMovingAverage: average(
		(all) => new ExponentialMovingAverage(all, { decay: 0.8 }),
		(all) => new SGD(all, { learningRate: 0.3 }),
	),
	LAMB: optimizer((all) => new LAMB(all, { learningRate: 0.05 })),
	LBFGS: minimizer((all, lossOf) => new LBFGS(all, lossOf, { maxIterations: 2, historySize: 3 })),
	Lion: optimizer((all) => new Lion(all, { learningRate: 0.02 })),
	Momentum: optimizer((all) => new Momentum(all, { learningRate: 0.1 })),
	NAdam: optimizer((all) => new NAdam(all, { learningRate: 0.02 })),
	Nesterov: optimizer((all) => new Nesterov(all, { learningRate: 0.05 })),
	Optimizer: 'the abstract class of every optimiser; tested by those that extend it',
	RAdam: optimizer((all) => new RAdam(all, { learningRate: 0.05 })),
	RMSProp: [
		optimizer((all) => new RMSProp(all, { learningRate: 0.01 })),
		optimizer((all) => new RMSProp(all, { learningRate: 0.005, centered: true, momentum: 0.5 })),
	],
	SGD: [
		optimizer((all) => new SGD(all, { learningRate: 0.3 })),
		optimizer((all) => new SGD(all, { learningRate: 0.1, momentum: 0.9, nesterov: true })),
	],
	accumulateGradients: pure(
		(x, w) => accumulateGradients(2, [x], (part) => grad(part.matmul(w).sin().mean(), [w])),
		[
			[4, 3],
			[3, 2],
		],
	),
	clipByNorm: pure((...gradients) => clipByNorm(gradients, 0.5), [[3, 2], [2]]),
	clipByValue: pure((...gradients) => clipByValue(gradients, 0.5), [[3, 2], [2]]),
};
