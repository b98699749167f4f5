import type { Variable } from '@pullback/core';
import {
	Adadelta,
	AdaGrad,
	Adam,
	Adamax,
	AdamW,
	LAMB,
	Lion,
	Momentum,
	NAdam,
	Nesterov,
	type Optimizer,
	RAdam,
	RMSProp,
	type Schedule,
	SGD,
} from '@pullback/nn';

/** Makes an optimiser of parameters, by a learning rate and otherwise its usual options. */
type MakeOptimizer = (parameters: readonly Variable[], learningRate: Schedule) => Optimizer;

/** The optimisers of nn that step by one gradient, by their names in lower case. */
export const optimizers: Readonly<Record<OptimizerName, MakeOptimizer>> = {
	sgd: (parameters, learningRate) => new SGD(parameters, { learningRate }),
	momentum: (parameters, learningRate) => new Momentum(parameters, { learningRate }),
	nesterov: (parameters, learningRate) => new Nesterov(parameters, { learningRate }),
	adagrad: (parameters, learningRate) => new AdaGrad(parameters, { learningRate }),
	rmsprop: (parameters, learningRate) => new RMSProp(parameters, { learningRate }),
	adadelta: (parameters, learningRate) => new Adadelta(parameters, { learningRate }),
	adam: (parameters, learningRate) => new Adam(parameters, { learningRate }),
	adamw: (parameters, learningRate) => new AdamW(parameters, { learningRate }),
	adamax: (parameters, learningRate) => new Adamax(parameters, { learningRate }),
	nadam: (parameters, learningRate) => new NAdam(parameters, { learningRate }),
	radam: (parameters, learningRate) => new RAdam(parameters, { learningRate }),
	lamb: (parameters, learningRate) => new LAMB(parameters, { learningRate }),
	lion: (parameters, learningRate) => new Lion(parameters, { learningRate }),
};

export type OptimizerName =
	| 'sgd'
	| 'momentum'
	| 'nesterov'
	| 'adagrad'
	| 'rmsprop'
	| 'adadelta'
	| 'adam'
	| 'adamw'
	| 'adamax'
	| 'nadam'
	| 'radam'
	| 'lamb'
	| 'lion';
