import * as core from '@pullback/core';
import { grad, type Node, randomKey, tensor, type Variable } from '@pullback/core';
import { expect, test } from 'vitest';
import * as nn from '../../src/index.ts';
import { expectReference, type Plain, readReference, tensorOf } from '../references/reference.ts';

/** What `references/layers.py` writes of a layer. */
interface Case {
	readonly x: Plain;
	readonly parameters: Readonly<Record<string, Plain>>;
	readonly before: Readonly<Record<string, Plain>>;
	readonly y: Plain;
	/** Of the sum of the sines of y, in x and in the parameters. */
	readonly slopes: readonly Plain[];
	/** Of x / 2 + 1. */
	readonly again: Plain;
	readonly after: Readonly<Record<string, Plain>>;
}

const key = randomKey(1);
const own = { key, dtype: 'f64' } as const;
/** What unpooling makes of what pooling found, in the shape of x. */
const unpooled = (pool: (x: Node) => [Node, Node], unpool: nn.MaxUnpool1d): nn.Module =>
	new nn.Lambda((x) => unpool.forward(...pool(x), x.shape.slice(2)));
const layers: Readonly<Record<string, nn.Module>> = {
	Conv1d: new nn.Conv1d({
		inputs: 2,
		outputs: 3,
		kernelSize: 3,
		stride: 2,
		padding: 1,
		dilation: 2,
		...own,
	}),
	Conv2d: new nn.Conv2d({
		inputs: 4,
		outputs: 6,
		kernelSize: [3, 2],
		stride: [1, 2],
		padding: [1, 0],
		groups: 2,
		...own,
	}),
	'Conv2d same': new nn.Conv2d({
		inputs: 1,
		outputs: 2,
		kernelSize: [2, 3],
		padding: 'same',
		bias: false,
		...own,
	}),
	Conv3d: new nn.Conv3d({ inputs: 1, outputs: 2, kernelSize: 2, ...own }),
	ConvTranspose1d: new nn.ConvTranspose1d({
		inputs: 2,
		outputs: 3,
		kernelSize: 3,
		stride: 2,
		padding: 1,
		outputPadding: 1,
		...own,
	}),
	ConvTranspose2d: new nn.ConvTranspose2d({
		inputs: 4,
		outputs: 2,
		kernelSize: 2,
		stride: 2,
		groups: 2,
		...own,
	}),
	ConvTranspose3d: new nn.ConvTranspose3d({
		inputs: 1,
		outputs: 2,
		kernelSize: 2,
		dilation: 2,
		bias: false,
		...own,
	}),
	MaxPool1d: new nn.MaxPool1d(3, { stride: 2, padding: 1 }),
	MaxPool2d: new nn.MaxPool2d(2, { stride: [2, 1], dilation: [1, 2] }),
	MaxPool3d: new nn.MaxPool3d(2, { ceilMode: true }),
	AvgPool1d: new nn.AvgPool1d(3, { stride: 2, padding: 1, countIncludePad: false }),
	AvgPool2d: new nn.AvgPool2d([2, 3], { padding: 1 }),
	AvgPool3d: new nn.AvgPool3d(2, { ceilMode: true }),
	AdaptiveMaxPool1d: new nn.AdaptiveMaxPool1d(3),
	AdaptiveMaxPool2d: new nn.AdaptiveMaxPool2d([3, 2]),
	AdaptiveMaxPool3d: new nn.AdaptiveMaxPool3d([2, 1, 2]),
	AdaptiveAvgPool1d: new nn.AdaptiveAvgPool1d(3),
	AdaptiveAvgPool2d: new nn.AdaptiveAvgPool2d([3, 2]),
	AdaptiveAvgPool3d: new nn.AdaptiveAvgPool3d([2, 1, 2]),
	GlobalAvgPool: new nn.GlobalAvgPool(),
	GlobalMaxPool: new nn.GlobalMaxPool(),
	BatchNorm1d: new nn.BatchNorm1d({ channels: 3, dtype: 'f64' }),
	'BatchNorm1d of signals': new nn.BatchNorm1d({
		channels: 3,
		momentum: 0.3,
		epsilon: 0.01,
		dtype: 'f64',
	}),
	'BatchNorm1d cumulative': new nn.BatchNorm1d({
		channels: 3,
		momentum: null,
		affine: false,
		dtype: 'f64',
	}),
	'BatchNorm1d evaluated': new nn.BatchNorm1d({ channels: 3, dtype: 'f64' }),
	BatchNorm2d: new nn.BatchNorm2d({ channels: 2, dtype: 'f64' }),
	BatchNorm3d: new nn.BatchNorm3d({ channels: 2, dtype: 'f64' }),
	LayerNorm: new nn.LayerNorm({ shape: 5, dtype: 'f64' }),
	'LayerNorm of two axes': new nn.LayerNorm({
		shape: [4, 5],
		epsilon: 0.1,
		affine: false,
		dtype: 'f64',
	}),
	GroupNorm: new nn.GroupNorm({ groups: 2, channels: 4, dtype: 'f64' }),
	InstanceNorm1d: new nn.InstanceNorm1d({ channels: 2, dtype: 'f64' }),
	InstanceNorm2d: new nn.InstanceNorm2d({ channels: 2, affine: true, dtype: 'f64' }),
	InstanceNorm3d: new nn.InstanceNorm3d({ channels: 2, epsilon: 0.1, dtype: 'f64' }),
	Relu: new nn.Relu(),
	LeakyRelu: new nn.LeakyRelu(0.2),
	PRelu: new nn.PRelu({ dtype: 'f64' }),
	'PRelu of channels': new nn.PRelu({ channels: 3, dtype: 'f64' }),
	Elu: new nn.Elu(1.5),
	Gelu: new nn.Gelu(),
	'Gelu by tanh': new nn.Gelu('tanh'),
	Silu: new nn.Silu(),
	Mish: new nn.Mish(),
	Sigmoid: new nn.Sigmoid(),
	LogSigmoid: new nn.LogSigmoid(),
	Tanh: new nn.Tanh(),
	Softplus: new nn.Softplus(),
	Softmax: new nn.Softmax(-1),
	LogSoftmax: new nn.LogSoftmax(0),
	Softmin: new nn.Softmin(-1),
	Glu: new nn.Glu(1),
	Hardtanh: new nn.Hardtanh(-0.5, 1.5),
	Relu6: new nn.Relu6(),
	Hardsigmoid: new nn.Hardsigmoid(),
	Hardswish: new nn.Hardswish(),
	MaxUnpool1d: unpooled(
		(x) => core.maxPool1dWithIndices(x, 2, { stride: 3, padding: 1 }),
		new nn.MaxUnpool1d(2, { stride: 3, padding: 1 }),
	),
	MaxUnpool2d: unpooled((x) => core.maxPool2dWithIndices(x, [2, 3]), new nn.MaxUnpool2d([2, 3])),
	MaxUnpool3d: unpooled(
		(x) => core.maxPool3dWithIndices(x, [2, 1, 2]),
		new nn.MaxUnpool3d([2, 1, 2]),
	),
};

const { Embedding: rows, ...cases } = readReference<Case>('layers.json');
/** The reference has twelve digits; PyTorch's Hardsigmoid has a sixth of single precision. */
const toleranceOf = (name: string): number => (name === 'Hardsigmoid' ? 1e-7 : 1e-10);

/** Our names of PyTorch's buffers. */
const buffers: Readonly<Record<string, string>> = {
	running_mean: 'runningMean',
	running_var: 'runningVariance',
	num_batches_tracked: 'batches',
};

function named(layer: nn.Module, name: string): Variable {
	const found = layer.namedVariables().get(buffers[name] ?? name);
	if (found === undefined) throw new Error(`no Variable for ${name}`);
	return found;
}

test('each layer of the reference is tried', () => {
	expect(Object.keys(cases)).toEqual(Object.keys(layers));
});

test.each(Object.entries(cases))(
	'%s: outputs, gradients and buffers are PyTorch’s',
	(name, { x: input, parameters, before, y, slopes, again, after }) => {
		const layer = layers[name];
		if (layer === undefined) throw new Error('a case without a layer');
		for (const [each, value] of Object.entries({ ...parameters, ...before })) {
			const variable = named(layer, each);
			variable.assign(tensorOf(value).cast(variable.dtype));
		}
		const mode = name.endsWith('evaluated') ? 'evaluate' : 'train';
		const tolerance = toleranceOf(name);
		const x = tensorOf(input);
		const own = Object.keys(parameters).map((each) => named(layer, each));
		const output = layer.forward(x, mode);
		expectReference(output, y, tolerance, 'y');
		const found: Node[] = grad(output.sin().sum(), [x, ...own]);
		for (const [i, each] of slopes.entries())
			expectReference(found[i] as Node, each, tolerance, `slope ${i}`); // as many
		expectReference(layer.forward(x.mul(0.5).add(1), mode), again, tolerance, 'again');
		for (const [each, value] of Object.entries(after))
			expectReference(named(layer, each), value, tolerance, each);
	},
);

test('Embedding: rows and their gradient are PyTorch’s, of the padding index none', () => {
	// The script writes another form for it.
	const { indices, weight, y, slope } = rows as unknown as {
		readonly indices: number[][];
		readonly weight: Plain;
		readonly y: Plain;
		readonly slope: Plain;
	};
	const layer = new nn.Embedding({ count: 5, width: 3, padding: 1, ...own });
	layer.weight.assign(tensorOf(weight));
	const tolerance = toleranceOf('Embedding');
	const output = layer.forward(tensor(indices, { dtype: 'i32' }));
	expectReference(output, y, tolerance, 'y');
	expectReference(grad(output.sin().sum(), [layer.weight])[0], slope, tolerance, 'slope');
});
