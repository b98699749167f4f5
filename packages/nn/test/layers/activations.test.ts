import * as core from '@pullback/core';
import { expect, test } from 'vitest';
import * as nn from '../../src/index.ts';

const x = core.linspace(-3, 3, 13, { dtype: 'f64' });

test.each([
	[new nn.Relu(), core.relu(x)],
	[new nn.Sigmoid(), core.sigmoid(x)],
	[new nn.Tanh(), core.tanh(x)],
	[new nn.Identity(), x],
	[new nn.Step(), core.step(x)],
	[new nn.Softplus(), core.softplus(x)],
	[new nn.Gelu(), core.gelu(x)],
	[new nn.Silu(), core.silu(x)],
	[new nn.LeakyRelu(0.2), core.leakyRelu(x, 0.2)],
	[new nn.Elu(2), core.elu(x, 2)],
	[new nn.Softmax(), core.softmax(x)],
	[new nn.LogSoftmax(), core.logSoftmax(x)],
	[new nn.Softmin(), core.softmin(x)],
	[new nn.LogSigmoid(), core.logSigmoid(x)],
	[new nn.Mish(), core.mish(x)],
	[new nn.Hardtanh(-2, 0.5), core.hardtanh(x, -2, 0.5)],
	[new nn.Relu6(), core.relu6(x)],
	[new nn.Hardsigmoid(), core.hardsigmoid(x)],
	[new nn.Hardswish(), core.hardswish(x)],
])('an activation module is its function, and has no parameters (%#)', (module, expected) => {
	expect(module.forward(x).toArray()).toEqual(expected.toArray());
	expect(module.parameters()).toEqual([]);
});
