export {
	Activation,
	Elu,
	Gelu,
	Identity,
	LeakyRelu,
	Relu,
	Sigmoid,
	Silu,
	Softmax,
	Softplus,
	Step,
	Tanh,
} from './activations.ts';
export { Adam, type AdamOptions } from './adam.ts';
export { Affine, type AffineOptions } from './affine.ts';
export { Buffer, buffer } from './buffer.ts';
export { callWith } from './callWith.ts';
export { accumulateGradients, clipByNorm } from './gradients.ts';
export {
	constantInitializer,
	heInitializer,
	type Initializer,
	normalInitializer,
	xavierInitializer,
} from './initializers.ts';
export { crossEntropy, halfSquaredError, meanSquaredError, softmaxCrossEntropy } from './losses.ts';
export { type AnyModule, type Mode, Module } from './module.ts';
export { Momentum, type MomentumOptions } from './momentum.ts';
export { Optimizer, type OptimizerOptions, type Update } from './optimizer.ts';
export {
	type Fitting,
	type Layer,
	type SequenceInput,
	type SequenceOutput,
	Sequential,
	sequential,
} from './sequential.ts';
export { SGD } from './sgd.ts';
