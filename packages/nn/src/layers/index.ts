export {
	Activation,
	Elu,
	Gelu,
	Glu,
	Hardsigmoid,
	Hardswish,
	Hardtanh,
	Identity,
	LeakyRelu,
	LogSigmoid,
	LogSoftmax,
	Mish,
	Relu,
	Relu6,
	Sigmoid,
	Silu,
	Softmax,
	Softmin,
	Softplus,
	Step,
	Tanh,
} from './activations.ts';
export {
	AdaptiveAvgPool1d,
	AdaptiveAvgPool2d,
	AdaptiveAvgPool3d,
	AdaptiveMaxPool1d,
	AdaptiveMaxPool2d,
	AdaptiveMaxPool3d,
	GlobalAvgPool,
	GlobalMaxPool,
} from './adaptivePooling.ts';
export { Affine, type AffineOptions } from './affine.ts';
export * from './attention/index.ts';
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions } from './batchNorm.ts';
export { Lambda, Residual } from './compositions.ts';
export {
	Conv1d,
	Conv2d,
	Conv3d,
	type ConvOptions,
	ConvTranspose1d,
	ConvTranspose2d,
	ConvTranspose3d,
	type ConvTransposeOptions,
} from './convolutions.ts';
export { Dropout, type DropoutOptions, DropPath, type DropPathOptions } from './dropout.ts';
export { Embedding, type EmbeddingOptions } from './embedding.ts';
export { GroupNorm, type GroupNormOptions } from './groupNorm.ts';
export {
	InstanceNorm1d,
	InstanceNorm2d,
	InstanceNorm3d,
	type InstanceNormOptions,
} from './instanceNorm.ts';
export { LayerNorm, type LayerNormOptions, RMSNorm } from './layerNorm.ts';
export { lengthMask } from './lengthMask.ts';
export { AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d } from './pooling.ts';
export * from './positions/index.ts';
export { PRelu, type PReluOptions } from './prelu.ts';
export * from './recurrent/index.ts';
export { Flatten, Reshape } from './shapes.ts';
export { MaxUnpool1d, MaxUnpool2d, MaxUnpool3d } from './unpooling.ts';
