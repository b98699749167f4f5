import { sin } from '@pullback/core';
import * as nn from '../../src/index.ts';
import { layer, type Rows } from './row.ts';

export const activations: Rows = {
	Activation: layer(() => new nn.Activation(sin), [4, 3]),
	Elu: layer(() => new nn.Elu(0.5), [4, 3]),
	Gelu: [layer(() => new nn.Gelu(), [4, 3]), layer(() => new nn.Gelu('tanh'), [4, 3])],
	Glu: layer(() => new nn.Glu(), [3, 4]),
	Hardsigmoid: layer(() => new nn.Hardsigmoid(), [4, 3]),
	Hardswish: layer(() => new nn.Hardswish(), [4, 3]),
	Hardtanh: layer(() => new nn.Hardtanh(-0.6, 0.9), [4, 3]),
	Identity: layer(() => new nn.Identity(), [4, 3]),
	LeakyRelu: layer(() => new nn.LeakyRelu(0.1), [4, 3]),
	LogSigmoid: layer(() => new nn.LogSigmoid(), [4, 3]),
	LogSoftmax: layer(() => new nn.LogSoftmax(), [4, 3]),
	Mish: layer(() => new nn.Mish(), [4, 3]),
	PRelu: [
		layer((_, dtype) => new nn.PRelu({ dtype }), [4, 3]),
		layer((_, dtype) => new nn.PRelu({ channels: 3, dtype }), [2, 3, 2]),
	],
	Relu: layer(() => new nn.Relu(), [4, 3]),
	Relu6: layer(() => new nn.Relu6(), [4, 3]),
	Sigmoid: layer(() => new nn.Sigmoid(), [4, 3]),
	Silu: layer(() => new nn.Silu(), [4, 3]),
	Softmax: layer(() => new nn.Softmax(0), [4, 3]),
	Softmin: layer(() => new nn.Softmin(), [4, 3]),
	Softplus: layer(() => new nn.Softplus(), [4, 3]),
	Step: layer(() => new nn.Step(), [4, 3]),
	Tanh: layer(() => new nn.Tanh(), [4, 3]),
};
