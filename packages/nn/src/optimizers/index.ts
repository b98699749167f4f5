export { Adam, type AdamOptions } from './adam.ts';
export { accumulateGradients, clipByNorm } from './gradients.ts';
export { Momentum, type MomentumOptions } from './momentum.ts';
export { Optimizer, type OptimizerOptions, type Update } from './optimizer.ts';
export { SGD } from './sgd.ts';
