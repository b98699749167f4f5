import {
	type DType,
	Node,
	normal,
	type Operand,
	type PerAxis,
	randomKey,
	type Shape,
	tensor,
	variable,
	zeros,
} from '@pullback/core';
import { mine } from '../../core/test/hostileValues.ts';
import {
	everyExportIsAttacked,
	examples,
	type Row,
	type Subject,
	subjectsOf,
	wrongArgumentsFail,
} from '../../core/test/wrongArguments.ts';
import * as nn from '../src/index.ts';

/** What is exported and is no function that users call, with the reason. */
const others = {
	Buffer: 'made by `buffer`',
	Standardizer: 'made by `standardizer`',
	Module: 'abstract: nets extend it',
	Metric: 'abstract: metrics extend it',
	Optimizer: 'abstract: attacked by the optimisers that extend it',
	evaluate: 'asynchronous: attacked in `training/fit.test.ts`',
	fit: 'asynchronous: attacked in `training/fit.test.ts`',
	StateError: 'an error',
	Summary: 'made by `summary` of a module',
} as const;

const x = (): Node =>
	tensor([
		[0.1, 0.9],
		[0.7, 0.3],
	]);
const weight = () => variable([1, 2], { name: 'weight' });
const net = (): nn.Module => new nn.Affine({ inputs: 2, outputs: 1, key: randomKey(1) });
const gradient = (): Node => tensor([3, 4]);
/** A state of `net` by PyTorch's names. */
const torchState = (): Map<string, Node> =>
	new Map([
		['fc.weight', tensor([[1, 2]])],
		['fc.bias', tensor([3])],
	]);

/** Makes a module, and passes a tensor through it. */
const passing =
	(Layer: unknown, input = x): Subject['call'] =>
	(...args) => {
		const layer: nn.Module = Reflect.construct(
			Layer as new (
				...args: unknown[]
			) => nn.Module,
			args,
		); // a layer's class
		return [layer.forward(input()), ...layer.parameters()];
	};
const layer = (
	Layer: unknown,
	shape: Shape,
	args: () => readonly unknown[],
	parts: string[] = [],
): Row => ({
	call: passing(Layer, () => normal(randomKey(2), shape)),
	...examples(args),
	parts: ['variable', 'zeros', 'ones', 'reshape', ...parts],
});
const weighted = mine((key: Node, shape: Shape) => normal(key, shape));
const convolution = (Layer: unknown, axes: number, more: object): Row => {
	const [name, ...letters] = (Layer as { readonly name: string }).name; // a class
	return layer(
		Layer,
		[2, 4, ...new Array<number>(axes).fill(4)],
		() => [
			{
				inputs: 4,
				outputs: 2,
				kernelSize: new Array<number>(axes).fill(2),
				key: randomKey(1),
				stride: 2,
				padding: 1,
				dilation: 1,
				groups: 2,
				weight: weighted,
				bias: true,
				dtype: 'f32',
				...more,
			},
		],
		[`${name?.toLowerCase()}${letters.join('')}`, 'normal'],
	);
};
const unpool = (Layer: typeof nn.MaxUnpool1d, axes: number, size: PerAxis): Row => ({
	call: (x, indices, outputSize, ...args) => {
		const layer: nn.MaxUnpool1d = Reflect.construct(Layer, args);
		return [layer.forward(x as Node, indices as Node, outputSize as PerAxis)]; // as users may
	},
	...examples(() => [
		normal(randomKey(2), [2, ...new Array<number>(axes).fill(2)]),
		zeros([2, ...new Array<number>(axes).fill(2)], { dtype: 'i32' }),
		new Array<number>(axes).fill(3),
		size,
		{ stride: 2, padding: 0 },
	]),
	parts: [`maxUnpool${axes}d`],
});
const pool = (Layer: unknown, axes: number, ...args: readonly unknown[]): Row => {
	const [name, ...letters] = (Layer as { readonly name: string }).name; // a class
	return layer(Layer, [2, 2, ...new Array<number>(axes).fill(4)], () => args, [
		`${name?.toLowerCase()}${letters.join('')}`,
	]);
};
const maxPool = { stride: 2, padding: 0, dilation: 1, ceilMode: true };
const avgPool = { stride: 2, padding: 0, ceilMode: true, countIncludePad: true };
const batchNorm = {
	channels: 2,
	epsilon: 1e-3,
	momentum: 0.1,
	affine: true,
	correction: 1,
	dtype: 'f32',
};
const instanceNorm = { channels: 2, epsilon: 1e-3, affine: true, dtype: 'f32' };
const activation = (Layer: unknown, ...more: unknown[]): Row => ({
	call: passing(Layer),
	...examples(() => more),
});

/** Makes an optimiser, and takes a step. */
const stepping =
	(Kind: unknown): Subject['call'] =>
	(...args) => {
		const optimizer: nn.Optimizer = Reflect.construct(
			Kind as new (
				...args: unknown[]
			) => nn.Optimizer, // an optimiser's class
			args,
		);
		optimizer.step(optimizer.parameters.map(gradient));
		return [...optimizer.parameters];
	};
const optimizer = (Kind: unknown, options: object): Row => ({
	call: stepping(Kind),
	...examples(() => [[weight()], options]),
	parts: ['step', 'learningRate', 'variable', 'assignAll', 'assign', 'Optimizer'],
});

/** Makes a schedule, and asks it for a rate. */
const schedule = (make: unknown, ...args: unknown[]): Row => ({
	call: (...given) => {
		const rateAt: nn.Schedule = Reflect.apply(make as nn.Schedule, null, given); // one that makes schedules
		return rateAt(tensor(3, { dtype: 'f64' }));
	},
	...examples(() => args),
	parts: ['constantSchedule'],
});
/** Makes a metric, and shows it what is right. */
const metric = (Kind: unknown, given: readonly unknown[], batch: () => readonly Node[]): Row => ({
	call: (...args) => {
		const made: nn.RocAuc = Reflect.construct(
			Kind as new (
				...args: unknown[]
			) => nn.RocAuc, // a metric's class, of which it is one
			args,
		);
		const [y, t] = batch() as [Node, Node]; // as many
		made.update(y, t);
		return made.value();
	},
	...examples(() => given),
});
const labels = (): Node => tensor([0, 1], { dtype: 'i32' });

const rateOf: nn.Schedule = mine((step: Node) => step.add(1));

const moments = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-7, weightDecay: 0.1 };

const initializer = (make: unknown, ...args: unknown[]): Row => ({
	call: (...given) => {
		const start = Reflect.apply(make as (...args: unknown[]) => nn.Initializer, null, given); // one that makes initialisers
		return start(randomKey(1), [2, 3], 'f32');
	},
	...examples(() => args),
	parts: ['normal', 'full', 'uniform'],
});
const initial = (): Row => ({
	...examples(() => [randomKey(1), [2, 3], 'f64', { inputs: 2, outputs: 3 }]),
	parts: ['normal', 'uniform', 'cast'],
});

/** Makes a recurrent net or cell, and steps through a sequence. */
const recurrent = (Layer: unknown, state: () => unknown, parts: readonly string[]): Row => ({
	call: (options, ...inputs) => {
		const layer = Reflect.construct(Layer as new (options: unknown) => nn.LSTM, [options]); // a layer's class
		const outputs: unknown = Reflect.apply(layer.forward, layer, inputs);
		return outputs instanceof Node ? outputs : Object.values(outputs as object);
	},
	...examples(() => [
		{ inputs: 2, hidden: 1, key: randomKey(1), bias: true, dtype: 'f32' },
		x(),
		state(),
	]),
	parts: ['splitKey', 'variable', 'uniform', 'matmul', 'add', 'concatenate', ...parts],
});
const sequences = (Layer: unknown, state: () => unknown, cell: string, more = {}): Row => ({
	...recurrent(Layer, state, [cell, 'gather', 'slice']),
	...examples(() => [
		{ inputs: 2, hidden: 1, key: randomKey(1), ...more },
		x(),
		'train',
		{ state: state(), lengths: tensor([1], { dtype: 'i32' }).slice(0) },
	]),
});
const positions = (Layer: unknown, options: () => object, parts: readonly string[]): Row => ({
	call: (given, ...inputs) => {
		const layer = Reflect.construct(Layer as new (options: unknown) => nn.RotaryPositions, [given]); // a layer's class
		return Reflect.apply(layer.forward, layer, inputs);
	},
	...examples(() => [options(), x(), 'train', { offset: tensor(1, { dtype: 'i32' }) }]),
	parts,
});
/** Makes a layer of a transformer, and passes tokens through it. */
const transformer = (Layer: unknown, options: object, ...memory: readonly (() => Node)[]): Row => ({
	call: (given, ...inputs) => {
		const layer = Reflect.construct(Layer as new (options: unknown) => nn.TransformerEncoderLayer, [
			given,
		]); // a layer's class
		return Reflect.apply(layer.forward, layer, inputs);
	},
	...examples(() => [
		{ width: 2, heads: 1, key: randomKey(1), feedForward: 2, ...options },
		x(),
		...memory.map((make) => make()),
		'train',
		{ mask: x().greater(0), causal: true },
	]),
	parts: [
		'splitKey',
		'MultiHeadAttention',
		'LayerNorm',
		'Dropout',
		'FeedForward',
		'Affine',
		'uniform',
		'heInitializer',
		'xavierUniformInitializer',
		'scaledDotProductAttention',
	],
});
const hidden = (): Node => tensor([[0.5], [0.1]]);
const classes = (): Node => tensor([0, 1], { dtype: 'i32' });
const pair = (options: object): Row => lossOf(options, x, x);
const lossOf = (options: object, ...operands: (() => unknown)[]): Row =>
	examples(() => [...operands.map((make) => make()), options]);
const augmentation = (options: object): Row => ({
	...examples(() => [x().reshape([1, 2, 2]), randomKey(1), options]),
	parts: ['pad', 'splitKey', 'bernoulli', 'uniform', 'randomIntegers', 'gather', 'gridSample'],
});
const classLoss: Row = {
	...examples(
		() => [
			x(),
			classes(),
			{ reduction: 'sum', classWeights: [1, 2], ignoredLabel: 0, labelSmoothing: 0.1 },
		],
		() => [x(), x()],
	),
	parts: ['gather', 'take', 'oneHot', 'scatterAdd'],
};

const table: { readonly [Name in Exclude<keyof typeof nn, keyof typeof others>]: Row } = {
	Activation: {
		...activation(
			nn.Activation,
			mine((a: Node) => a),
		),
		// What its function returns is its own.
		call: (f) => {
			new nn.Activation(f as () => Node).forward(x()); // as users may
		},
	},
	AdaptiveAvgPool1d: pool(nn.AdaptiveAvgPool1d, 1, 2),
	AdaptiveAvgPool2d: pool(nn.AdaptiveAvgPool2d, 2, [2, 2]),
	AdaptiveAvgPool3d: pool(nn.AdaptiveAvgPool3d, 3, 2),
	AdaptiveMaxPool1d: pool(nn.AdaptiveMaxPool1d, 1, 2),
	AdaptiveMaxPool2d: pool(nn.AdaptiveMaxPool2d, 2, [2, 2]),
	AdaptiveMaxPool3d: pool(nn.AdaptiveMaxPool3d, 3, 2),
	AvgPool1d: pool(nn.AvgPool1d, 1, 2, avgPool),
	AvgPool2d: pool(nn.AvgPool2d, 2, [2, 2], avgPool),
	AvgPool3d: pool(nn.AvgPool3d, 3, 2, {
		stride: 2,
		padding: 0,
		ceilMode: true,
		divisorOverride: 3,
	}),
	BatchNorm1d: layer(nn.BatchNorm1d, [3, 2], () => [batchNorm]),
	BatchNorm2d: layer(nn.BatchNorm2d, [3, 2, 2, 2], () => [batchNorm]),
	BatchNorm3d: layer(nn.BatchNorm3d, [3, 2, 2, 2, 1], () => [{ ...batchNorm, momentum: null }]),
	Conv1d: convolution(nn.Conv1d, 1, {}),
	Conv2d: convolution(nn.Conv2d, 2, {}),
	Conv3d: convolution(nn.Conv3d, 3, {}),
	ConvTranspose1d: convolution(nn.ConvTranspose1d, 1, { outputPadding: 1 }),
	ConvTranspose2d: convolution(nn.ConvTranspose2d, 2, { outputPadding: 1 }),
	ConvTranspose3d: convolution(nn.ConvTranspose3d, 3, { outputPadding: 1 }),
	DropPath: layer(nn.DropPath, [2, 2], () => [{ rate: 0.5, key: randomKey(1) }]),
	Dropout: layer(nn.Dropout, [2, 2], () => [{ rate: 0.5, key: randomKey(1), scaled: 'evaluate' }]),
	Embedding: {
		...layer(
			nn.Embedding,
			[],
			() => [{ count: 4, width: 2, key: randomKey(1), padding: 3, weight: weighted, dtype: 'f32' }],
			['normal', 'gather'],
		),
		call: passing(nn.Embedding, () => tensor([0, 1], { dtype: 'i32' })),
	},
	Flatten: layer(nn.Flatten, [2, 2, 2], () => [1], ['flatten']),
	GlobalAvgPool: layer(nn.GlobalAvgPool, [2, 2, 2], () => []),
	GlobalMaxPool: layer(nn.GlobalMaxPool, [2, 2, 2], () => []),
	GroupNorm: layer(nn.GroupNorm, [2, 4], () => [
		{ groups: 2, channels: 4, epsilon: 1e-3, affine: true, dtype: 'f32' },
	]),
	InstanceNorm1d: layer(nn.InstanceNorm1d, [2, 2, 2], () => [instanceNorm]),
	InstanceNorm2d: layer(nn.InstanceNorm2d, [2, 2, 2, 2], () => [instanceNorm]),
	InstanceNorm3d: layer(nn.InstanceNorm3d, [2, 2, 2, 2, 2], () => [instanceNorm]),
	Lambda: {
		// What its function returns is its own.
		call: (f) => {
			new nn.Lambda(f as () => Node).forward(x()); // as users may
		},
		...examples(() => [mine((y: Node) => y.tanh())]),
	},
	LayerNorm: layer(nn.LayerNorm, [2, 4], () => [
		{ shape: [4], epsilon: 1e-3, affine: true, dtype: 'f32' },
	]),
	MaxPool1d: pool(nn.MaxPool1d, 1, 2, maxPool),
	MaxPool2d: pool(nn.MaxPool2d, 2, [2, 2], maxPool),
	MaxPool3d: pool(nn.MaxPool3d, 3, 2, maxPool),
	MaxUnpool1d: unpool(nn.MaxUnpool1d, 1, 2),
	MaxUnpool2d: unpool(nn.MaxUnpool2d, 2, [2, 2]),
	MaxUnpool3d: unpool(nn.MaxUnpool3d, 3, 2),
	RMSNorm: layer(nn.RMSNorm, [2, 4], () => [
		{ shape: 4, epsilon: 1e-3, affine: true, dtype: 'f32' },
	]),
	Reshape: layer(nn.Reshape, [2, 4], () => [[2, -1]]),
	Residual: layer(nn.Residual, [2, 2], () => [new nn.Tanh(), new nn.Relu()]),
	AdaGrad: optimizer(nn.AdaGrad, {
		learningRate: 0.1,
		learningRateDecay: 0.1,
		weightDecay: 0.1,
		initialAccumulator: 0.1,
		epsilon: 1e-7,
	}),
	Adadelta: optimizer(nn.Adadelta, {
		learningRate: 1,
		decay: 0.9,
		epsilon: 1e-6,
		weightDecay: 0.1,
	}),
	Adam: optimizer(nn.Adam, {
		...moments,
		amsgrad: true,
		correction: 'rate',
	}),
	AdamW: optimizer(nn.AdamW, moments),
	Adamax: optimizer(nn.Adamax, moments),
	Affine: {
		call: passing(nn.Affine),
		...examples(() => [
			{
				inputs: 2,
				outputs: 3,
				key: randomKey(1),
				weight: mine((key: Node, shape: Shape) => normal(key, shape)),
				bias: true,
				dtype: 'f32',
			},
		]),
		parts: ['variable', 'zeros', 'normal', 'matmul', 'add'],
	},
	Elu: { ...activation(nn.Elu, 0.5), parts: ['elu'] },
	GRU: sequences(nn.GRU, () => hidden().slice([0, 1]), 'GRUCell'),
	GRUCell: recurrent(nn.GRUCell, hidden, []),
	Gelu: activation(nn.Gelu, 'tanh'),
	ExponentialMovingAverage: {
		call: (...args) => {
			const average: nn.ExponentialMovingAverage = Reflect.construct(
				nn.ExponentialMovingAverage,
				args,
			);
			average.update();
			return average.within(() => average.parameters.map((each) => each.read()));
		},
		...examples(() => [[weight()], { decay: 0.9 }]),
		parts: ['variable'],
	},
	Glu: { ...activation(nn.Glu, 0), parts: ['glu'] },
	Hardsigmoid: activation(nn.Hardsigmoid),
	Hardswish: activation(nn.Hardswish),
	Hardtanh: activation(nn.Hardtanh, -1, 1),
	Identity: activation(nn.Identity),
	LSTM: sequences(
		nn.LSTM,
		() => ({ hidden: hidden().slice([0, 1]), cell: hidden().slice([0, 1]) }),
		'LSTMCell',
		{
			layers: 1,
			bidirectional: false,
			timeFirst: false,
			dropout: 0,
			weight: mine((key: Node, shape: Shape) => normal(key, shape)),
		},
	),
	LSTMCell: recurrent(nn.LSTMCell, () => ({ hidden: hidden(), cell: hidden() }), []),
	LearnedPositions: positions(
		nn.LearnedPositions,
		() => ({
			tokens: 4,
			width: 2,
			key: randomKey(1),
			weight: mine((key: Node, shape: Shape) => normal(key, shape)),
			dtype: 'f32',
		}),
		['normal', 'variable', 'gather', 'add'],
	),
	LAMB: optimizer(nn.LAMB, moments),
	LBFGS: {
		call: (...args) => {
			const lbfgs: nn.LBFGS = Reflect.construct(nn.LBFGS, args);
			return lbfgs.minimize().loss;
		},
		...examples(() => {
			const w = weight();
			const options = {
				learningRate: 1,
				maxIterations: 2,
				maxEvaluations: 3,
				gradientTolerance: 1e-7,
				changeTolerance: 1e-9,
				historySize: 2,
			};
			return [[w], mine(() => w.square().sum()), options];
		}),
		parts: ['compile', 'grad', 'variable'],
	},
	LeakyRelu: { ...activation(nn.LeakyRelu, 0.1), parts: ['leakyRelu'] },
	Lion: optimizer(nn.Lion, { learningRate: 0.1, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }),
	Momentum: optimizer(nn.Momentum, { learningRate: 0.1, momentum: 0.9 }),
	MultiHeadAttention: {
		call: (options, ...inputs) => {
			const layer = new nn.MultiHeadAttention(options as nn.MultiHeadAttentionOptions); // as users may
			return Reflect.apply(layer.forward, layer, inputs);
		},
		...examples(() => [
			{
				width: 2,
				heads: 1,
				key: randomKey(1),
				keyWidth: 2,
				valueWidth: 2,
				bias: true,
				weight: mine((key: Node, shape: Shape) => normal(key, shape)),
				rotary: new nn.RotaryPositions(),
				dtype: 'f32',
			},
			x(),
			'train',
			{ keys: x(), values: x(), mask: x().greater(0), causal: true },
		]),
		parts: ['splitKey', 'Affine', 'scaledDotProductAttention', 'matmul'],
	},
	RNN: sequences(nn.RNN, () => hidden().slice([0, 1]), 'RNNCell'),
	RNNCell: recurrent(nn.RNNCell, hidden, []),
	RotaryPositions: positions(nn.RotaryPositions, () => ({ base: 100 }), []),
	LogSigmoid: activation(nn.LogSigmoid),
	LogSoftmax: { ...activation(nn.LogSoftmax, 0), parts: ['logSoftmax'] },
	Mish: activation(nn.Mish),
	PRelu: layer(nn.PRelu, [2, 2], () => [{ channels: 2, slope: 0.1, dtype: 'f32' }], ['full']),
	Relu6: activation(nn.Relu6),
	NAdam: optimizer(nn.NAdam, { ...moments, momentumDecay: 0.1 }),
	Nesterov: optimizer(nn.Nesterov, { learningRate: 0.1, momentum: 0.9 }),
	RAdam: optimizer(nn.RAdam, moments),
	RMSProp: optimizer(nn.RMSProp, {
		learningRate: 0.1,
		decay: 0.9,
		epsilon: 1e-7,
		weightDecay: 0.1,
		momentum: 0.9,
		centered: true,
	}),
	Relu: activation(nn.Relu),
	SGD: {
		...optimizer(nn.SGD, {}),
		...examples(
			() => [[weight()], { learningRate: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.1 }],
			() => [
				[{ parameters: [weight()], weightDecay: 0.1 }],
				{ learningRate: mine((step: Node) => step.add(1)), momentum: 0.9, nesterov: true },
			],
		),
	},
	Sequential: {
		call: (layers, input) => {
			const made = new nn.Sequential(layers as nn.Module[]); // as users may
			if (made.layers.every((layer) => layer instanceof nn.Module)) made.forward(input as Operand); // as users may
		},
		...examples(() => [[new nn.Relu(), new nn.Tanh()], x()]),
		parts: ['relu'],
	},
	Sigmoid: activation(nn.Sigmoid),
	Silu: activation(nn.Silu),
	SinusoidalPositions: positions(nn.SinusoidalPositions, () => ({ base: 100 }), []),
	Softmax: { ...activation(nn.Softmax, 0), parts: ['softmax'] },
	Softmin: { ...activation(nn.Softmin, 0), parts: ['softmin'] },
	Softplus: activation(nn.Softplus),
	Step: activation(nn.Step),
	Tanh: activation(nn.Tanh),
	TransformerDecoderLayer: transformer(nn.TransformerDecoderLayer, { memoryWidth: 2 }, x),
	TransformerEncoderLayer: transformer(nn.TransformerEncoderLayer, {
		rotary: new nn.RotaryPositions(),
		activation: mine((y: Node) => y.tanh()),
		normFirst: true,
		epsilon: 1e-5,
		dropout: 0.5,
		dtype: 'f32',
	}),
	accumulateGradients: {
		...examples(() => [2, [x()], mine((a: Node) => [a.sum()])]),
		parts: ['split'],
	},
	buffer: examples(() => [[1, 2], { name: 'mean', dtype: 'f64' }]),
	callWith: {
		...examples(
			() => [net(), [[[1], [2]], [3]], x()],
			() => [net(), new Map([['bias', [3]]]), x()],
		),
		// What the module does with its input is its own.
		parts: ['Affine', 'matmul', 'identity'],
	},
	clipByNorm: examples(() => [[gradient(), x()], 2]),
	clipByValue: examples(() => [[gradient(), x()], 2]),
	constantInitializer: initializer(nn.constantInitializer, 0.1),
	binaryCrossEntropy: pair({ reduction: 'none', weights: [1, 2] }),
	binaryCrossEntropyWithLogits: pair({ positiveWeights: [1, 2], weights: [2, 1] }),
	cosineEmbedding: lossOf({ margin: 0.1 }, x, x, () => [1, -1]),
	crossEntropy: classLoss,
	ctc: {
		...lossOf(
			{ inputLengths: [1, 2], labelLengths: [1, 0], blank: 1, zeroInfinity: true },
			() => x().reshape([2, 2, 1]).mul([1, 2]),
			() => tensor([[0], [0]], { dtype: 'i32' }),
		),
		parts: ['gather', 'take'],
	},
	cutout: augmentation({ size: [1, 2], value: 1 }),
	parseCsv: {
		...examples(() => [
			'a;b\n1;2\n3;x',
			{ types: { a: 'f32' }, header: true, delimiter: ';', missing: ['x'] },
		]),
		errors: [SyntaxError],
	},
	randomCrop: augmentation({ size: [1, 2], padding: 1, mode: 'constant', value: 1 }),
	randomFlip: augmentation({ p: 0.5, along: 'rows' }),
	randomRotation: augmentation({ degrees: [1, 2], paddingMode: 'border' }),
	randomShift: augmentation({ max: [1, 2], mode: 'constant', value: 1 }),
	standardizer: {
		...examples(() => [x(), { axes: [0] }]),
		call: (...args) => {
			const { mean, std } = Reflect.apply(
				nn.standardizer as (...args: unknown[]) => nn.Standardizer,
				null,
				args,
			); // as users may
			return [mean, std];
		},
		parts: ['variable', 'buffer'],
	},
	dataset: {
		call: (source) => {
			const made = nn.dataset(source as readonly unknown[]); // as users may
			if ('at' in made) made.batches({ size: 2 })[Symbol.iterator]().next();
		},
		...examples(
			() => [[1, 2]],
			() => [x()],
			() => [{ images: x(), labels: [0, 1] }],
		),
		records: [0],
		// What comes of examples that are no numbers is an array of them.
		parts: ['batches', 'tensor', 'take'],
	},
	gaussianNegativeLogLikelihood: lossOf({ full: true, epsilon: 1e-6 }, x, x, x),
	halfSquaredError: pair({ reduction: 'sum' }),
	hinge: pair({ margin: 1 }),
	hingeEmbedding: pair({ margin: 1 }),
	huber: pair({ delta: 1 }),
	klDivergence: pair({ reduction: 'batchMean', logTarget: false }),
	marginRanking: lossOf({ margin: 1 }, x, x, x),
	meanAbsoluteError: pair({ reduction: 'none' }),
	multiMargin: {
		...lossOf({ margin: 1, power: 2, classWeights: [1, 2] }, x, classes),
		parts: ['gather', 'take'],
	},
	observingCalls: {
		// What f returns is returned as it is.
		call: (observer, f) => {
			nn.observingCalls(observer as nn.CallObserver, f as () => unknown); // as users may
		},
		...examples(() => [
			{ entered: mine(() => {}), returned: mine(() => {}), threw: mine(() => {}) },
			() => x(),
		]),
	},
	negativeLogLikelihood: classLoss,
	poissonNegativeLogLikelihood: pair({ logInput: false, full: true }),
	smoothL1: pair({ beta: 1 }),
	tripletMargin: lossOf({ margin: 1, order: 2, epsilon: 1e-6, swap: true }, x, x, x),
	earlyStopping: examples(() => [
		{ patience: 2, minDelta: 0.1, monitor: mine(() => 1), restore: net() },
	]),
	heInitializer: initial(),
	lengthMask: {
		...examples(() => [tensor([1, 2], { dtype: 'i32' }), 3]),
		parts: ['gather', 'arange'],
	},
	meanSquaredError: pair({ reduction: 'mean' }),
	normalInitializer: initializer(nn.normalInitializer, 0.1),
	fromTorch: {
		...examples(() => [net(), torchState(), { strict: false, rename: { fc: '' } }]),
		errors: [nn.StateError],
	},
	loadState: {
		...examples(() => [
			net(),
			nn.stateOf(net()),
			{ strict: true, rename: { bias: 'bias', 'x.*': 'y.*' }, transform: mine((a: Node) => a) },
		]),
		errors: [nn.StateError],
	},
	stateOf: examples(() => [net()]),
	parametersOf: examples(() => [net(), { only: ['weight', 'bias'], except: ['bias'] }]),
	sequential: {
		parts: ['Sequential'],
		call: (...layers) => {
			const made = nn.sequential(...(layers as nn.Module[])); // as users may
			// What functions do and return is their own.
			if (made.layers.every((layer) => layer instanceof nn.Module)) made.forward(x());
		},
		...examples(() => [new nn.Relu(), mine((y: Node) => y.tanh())]),
	},
	softmaxCrossEntropy: classLoss,
	xavierInitializer: initial(),
	Accuracy: metric(nn.Accuracy, [], () => [x(), labels()]),
	ConfusionMatrix: metric(nn.ConfusionMatrix, [2], () => [x(), labels()]),
	F1: metric(nn.F1, [2, { average: 'none', whenUndefined: 0 }], () => [x(), labels()]),
	Perplexity: metric(nn.Perplexity, [{ ignoredLabel: 1 }], () => [x(), labels()]),
	Precision: metric(nn.Precision, [2, { average: 'micro', whenUndefined: 0 }], () => [
		x(),
		labels(),
	]),
	R2: metric(nn.R2, [], () => [x(), x()]),
	Recall: metric(nn.Recall, [2, { average: 'macro', whenUndefined: 0 }], () => [x(), labels()]),
	RocAuc: metric(nn.RocAuc, [], () => [gradient(), labels()]),
	TopKAccuracy: metric(nn.TopKAccuracy, [1], () => [x(), labels()]),
	accuracy: examples(() => [x(), labels()]),
	confusionMatrix: { ...examples(() => [x(), labels(), 2]), parts: ['scatterAdd', 'oneHot'] },
	rocAuc: examples(() => [gradient(), labels()]),
	topKAccuracy: { ...examples(() => [x(), labels(), 1]), parts: ['takeAlongAxis', 'gather'] },
	gainOf: examples(() => ['leakyRelu', 0.1]),
	heNormalInitializer: initializer(nn.heNormalInitializer, { gain: 1, fan: 'average' }),
	heUniformInitializer: initializer(nn.heUniformInitializer, { gain: 1, fan: 'outputs' }),
	identityInitializer: {
		// It draws nothing, and asks neither for a key nor for what is connected.
		call: (shape, dtype) => nn.identityInitializer(randomKey(1), shape as Shape, dtype as DType), // as users may
		...examples(() => [[2, 3], 'f64']),
		parts: ['cast', 'arange'],
	},
	lecunNormalInitializer: initial(),
	lecunUniformInitializer: initial(),
	orthogonalInitializer: initializer(nn.orthogonalInitializer, { gain: 2 }),
	truncatedNormalInitializer: initializer(nn.truncatedNormalInitializer, 0.1, {
		mean: 0.1,
		low: 0,
		high: 0.3,
	}),
	uniformInitializer: initializer(nn.uniformInitializer, -1, 1),
	xavierNormalInitializer: initializer(nn.xavierNormalInitializer, { gain: 2 }),
	xavierUniformInitializer: initializer(nn.xavierUniformInitializer, { gain: 2 }),
	constantSchedule: schedule(nn.constantSchedule, 0.1),
	cosineRestartsSchedule: schedule(nn.cosineRestartsSchedule, 0.1, {
		steps: 2,
		factor: 2,
		minimum: 0.01,
	}),
	cosineSchedule: schedule(nn.cosineSchedule, 0.1, { steps: 2, minimum: 0.01 }),
	cyclicSchedule: schedule(nn.cyclicSchedule, 0.1, 0.2, {
		stepsUp: 2,
		stepsDown: 3,
		height: 'exponential',
		factor: 0.9,
	}),
	exponentialSchedule: schedule(nn.exponentialSchedule, 0.1, { factor: 0.9 }),
	linearSchedule: schedule(nn.linearSchedule, 0.1, { steps: 3, startFactor: 0, endFactor: 1 }),
	multiStepSchedule: schedule(nn.multiStepSchedule, 0.1, { milestones: [1, 2], factor: 0.9 }),
	oneCycleSchedule: schedule(nn.oneCycleSchedule, 0.1, {
		steps: 9,
		rise: 0.3,
		startDivisor: 9,
		endDivisor: 9,
		curve: 'linear',
		threePhases: false,
	}),
	polynomialSchedule: schedule(nn.polynomialSchedule, 0.1, { steps: 3, power: 2 }),
	productSchedule: schedule(nn.productSchedule, [rateOf, rateOf]),
	sequentialSchedule: schedule(nn.sequentialSchedule, [rateOf, rateOf], [2]),
	stepSchedule: schedule(nn.stepSchedule, 0.1, { every: 2, factor: 0.9 }),
	warmUpSchedule: schedule(nn.warmUpSchedule, rateOf, { steps: 3, startFactor: 0.1 }),
	PlateauSchedule: {
		call: (...args) => {
			const plateau: nn.PlateauSchedule = Reflect.construct(nn.PlateauSchedule, args);
			plateau.observe(1);
			return plateau.rate;
		},
		...examples(() => [
			0.1,
			{
				better: 'more',
				factor: 0.5,
				patience: 2,
				threshold: 0.1,
				measure: 'absolute',
				cooldown: 1,
				minimum: 0.01,
				epsilon: 0.001,
			},
		]),
	},
};

everyExportIsAttacked(nn, table, others);

wrongArgumentsFail(subjectsOf(nn, table));
