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
export { Affine, type AffineOptions } from './affine.ts';
export * from './attention/index.ts';
export { lengthMask } from './lengthMask.ts';
export * from './positions/index.ts';
export * from './recurrent/index.ts';
