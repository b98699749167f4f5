import { sin } from '@pullback/core';
import * as nn from '../../src/index.ts';
import { layer, type Rows } from './row.ts';

export const activations: Rows = {
	Activation: layer(() => new nn.Activation(sin), [4, 3]),
	Elu: layer(() => new nn.Elu(0.5), [4, 3]),
	Gelu: layer(() => new nn.Gelu(), [4, 3]),
	Identity: layer(() => new nn.Identity(), [4, 3]),
	LeakyRelu: layer(() => new nn.LeakyRelu(0.1), [4, 3]),
	Relu: layer(() => new nn.Relu(), [4, 3]),
	Sigmoid: layer(() => new nn.Sigmoid(), [4, 3]),
	Silu: layer(() => new nn.Silu(), [4, 3]),
	Softmax: layer(() => new nn.Softmax(0), [4, 3]),
	Softplus: layer(() => new nn.Softplus(), [4, 3]),
	Step: layer(() => new nn.Step(), [4, 3]),
	Tanh: layer(() => new nn.Tanh(), [4, 3]),
};
