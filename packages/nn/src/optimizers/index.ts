export { Adadelta, type AdadeltaOptions } from './adadelta.ts';
export { AdaGrad, type AdaGradOptions } from './adaGrad.ts';
export { Adam } from './adam.ts';
export { Adamax, type AdamaxOptions } from './adamax.ts';
export type { AdamOptions, MomentsOptions } from './adamFamily.ts';
export { AdamW } from './adamW.ts';
export { accumulateGradients, clipByNorm, clipByValue } from './gradients.ts';
export type { Group, OptimizerOptions, ParameterGroup, Trained } from './groups.ts';
export { LAMB, type LAMBOptions } from './lamb.ts';
export { LBFGS, type LBFGSOptions, type LBFGSResult } from './lbfgs.ts';
export { Lion, type LionOptions } from './lion.ts';
export { Momentum, type MomentumOptions } from './momentum.ts';
export {
	ExponentialMovingAverage,
	type ExponentialMovingAverageOptions,
} from './movingAverage.ts';
export { NAdam, type NAdamOptions } from './nAdam.ts';
export { Nesterov, type NesterovOptions } from './nesterov.ts';
export {
	type Filled,
	type GroupStep,
	type Member,
	Optimizer,
	type Update,
} from './optimizer.ts';
export { RAdam, type RAdamOptions } from './rAdam.ts';
export { RMSProp, type RMSPropOptions } from './rmsProp.ts';
export { SGD, type SGDOptions } from './sgd.ts';
