/**
 * A layer of a net of images; kernels and windows are square, and the stride of a convolution is 1.
 *
 * @typedef {{ op: 'convolution', outputs: number, kernel: number, padding: number, groups: number }
 *   | { op: 'maxPool', size: number }
 *   | { op: 'relu' | 'pixelMean' }
 *   | { op: 'affine', outputs: number }} Layer
 */

/**
 * What a contender is asked to do once; its `kind` names the function of the contender that makes it ready.
 *
 * @typedef {{ kind: 'train' | 'first' | 'compile', sizes: number[], batch: number, optimizer: 'sgd' | 'adam', learningRate: number }} Training
 * @typedef {{ kind: 'trainImages', image: readonly [channels: number, height: number, width: number], layers: readonly Layer[], batch: number, learningRate: number }} ImageTraining
 * @typedef {{ kind: 'trainTransformer', width: number, heads: number, hidden: number, tokens: number, batch: number, learningRate: number }} TransformerTraining
 * @typedef {{ kind: 'convolution', channels: number, outputs: number, size: number, kernel: number, padding: number, batch: number }} Convolution
 * @typedef {{ kind: 'matmul', rows: number, inner: number, columns: number }} Matmul
 * @typedef {Training | ImageTraining | TransformerTraining | Convolution | Matmul
 *   | { kind: 'elementwise' | 'softmax', rows: number, columns: number }
 *   | { kind: 'chain', length: number }
 *   | { kind: 'call' }} Spec
 */

/**
 * A row of the table.
 *
 * @typedef {object} Work
 * @property {string} title
 * @property {'us' | 'ms'} unit
 * @property {Spec} spec
 * @property {true} [fresh] each sample is the first in a process of its own
 * @property {1} [threads] run on one thread only
 * @property {readonly string[]} [contenders] the only ones that it is meant for
 */

/**
 * @param {number[]} sizes
 * @param {number} batch
 * @param {'sgd' | 'adam'} optimizer
 * @returns {Training}
 */
function training(sizes, batch, optimizer) {
	return {
		kind: 'train',
		sizes,
		batch,
		optimizer,
		learningRate: optimizer === 'adam' ? 0.001 : 0.1,
	};
}

/**
 * @param {number} size
 * @returns {Matmul}
 */
function matmul(size) {
	return { kind: 'matmul', rows: size, inner: size, columns: size };
}

/**
 * @param {number} outputs
 * @param {number} kernel
 * @param {number} padding
 * @returns {Layer[]}
 */
function convolution(outputs, kernel, padding, groups = 1) {
	return [{ op: 'convolution', outputs, kernel, padding, groups }, { op: 'relu' }];
}

/**
 * @param {number} outputs
 * @returns {Layer}
 */
function affine(outputs) {
	return { op: 'affine', outputs };
}

/** @type {Layer} */
const pool = { op: 'maxPool', size: 2 };

/** SimpleConvNet of Deep Learning from Scratch, chapter 7. @type {ImageTraining} */
const simpleConvNet = {
	kind: 'trainImages',
	image: [1, 28, 28],
	layers: [...convolution(30, 5, 0), pool, affine(100), { op: 'relu' }, affine(10)],
	batch: 100,
	learningRate: 0.01,
};

/** DeepConvNet of chapter 8, without its dropout, which is random. @type {ImageTraining} */
const deepConvNet = {
	kind: 'trainImages',
	image: [1, 28, 28],
	layers: [
		...convolution(16, 3, 1),
		...convolution(16, 3, 1),
		pool,
		...convolution(32, 3, 1),
		...convolution(32, 3, 2),
		pool,
		...convolution(64, 3, 1),
		...convolution(64, 3, 1),
		pool,
		affine(50),
		{ op: 'relu' },
		affine(10),
	],
	batch: 100,
	learningRate: 0.01,
};

/** @type {ImageTraining} */
const depthwiseSeparable = {
	kind: 'trainImages',
	image: [64, 32, 32],
	layers: [...convolution(64, 3, 1, 64), ...convolution(64, 1, 0), { op: 'pixelMean' }, affine(10)],
	batch: 32,
	learningRate: 0.1,
};

const twoLayers = training([784, 50, 10], 100, 'sgd');

/** @type {readonly Work[]} */
export const works = [
	{ title: 'train 784-50-10, batch 100, SGD', unit: 'us', spec: twoLayers },
	{
		title: 'train 784-50-10, batch 100, Adam',
		unit: 'us',
		spec: training([784, 50, 10], 100, 'adam'),
	},
	{
		title: 'train 784-512-256-10, batch 128, SGD',
		unit: 'ms',
		spec: training([784, 512, 256, 10], 128, 'sgd'),
	},
	{
		title: 'train 784-1024-1024-10, batch 256, SGD',
		unit: 'ms',
		spec: training([784, 1024, 1024, 10], 256, 'sgd'),
	},
	{ title: 'train convnet of chapter 7, batch 100, SGD', unit: 'ms', spec: simpleConvNet },
	{ title: 'train deep convnet of chapter 8, batch 100, SGD', unit: 'ms', spec: deepConvNet },
	{
		title: 'train depthwise separable block, batch 32, SGD',
		unit: 'ms',
		spec: depthwiseSeparable,
	},
	{
		title: 'train transformer block 256, batch 16, SGD',
		unit: 'ms',
		spec: {
			kind: 'trainTransformer',
			width: 256,
			heads: 8,
			hidden: 1024,
			tokens: 128,
			batch: 16,
			learningRate: 1,
		},
	},
	{
		title: 'convolution 64x56x56, 3x3, batch 8',
		unit: 'ms',
		spec: {
			kind: 'convolution',
			channels: 64,
			outputs: 64,
			size: 56,
			kernel: 3,
			padding: 1,
			batch: 8,
		},
	},
	{
		title: 'matmul of that size, 64x576x25088',
		unit: 'ms',
		spec: { kind: 'matmul', rows: 64, inner: 64 * 3 * 3, columns: 8 * 56 * 56 },
	},
	{ title: 'matmul 64', unit: 'us', spec: matmul(64) },
	{ title: 'matmul 128', unit: 'us', spec: matmul(128) },
	{ title: 'matmul 256', unit: 'us', spec: matmul(256) },
	{ title: 'matmul 512', unit: 'ms', spec: matmul(512) },
	{ title: 'matmul 1024', unit: 'ms', spec: matmul(1024) },
	{
		title: 'matmul 512 vs the bare micro-kernel',
		unit: 'ms',
		spec: matmul(512),
		threads: 1,
		contenders: ['pullback', 'pullback-relaxed', 'micro-kernel', 'torch', 'numpy'],
	},
	{
		title: 'elementwise 4096x1024',
		unit: 'ms',
		spec: { kind: 'elementwise', rows: 4096, columns: 1024 },
	},
	{ title: 'softmax 4096x1024', unit: 'ms', spec: { kind: 'softmax', rows: 4096, columns: 1024 } },
	{ title: 'chain of 1,000 scalar operations', unit: 'us', spec: { kind: 'chain', length: 1000 } },
	{ title: 'a call with nothing to do (x + 1)', unit: 'us', spec: { kind: 'call' } },
	{
		title: 'compile 784-50-10, new process',
		unit: 'ms',
		spec: { ...twoLayers, kind: 'compile' },
		fresh: true,
		contenders: ['pullback'],
	},
	{
		title: 'compile 784-50-10, again',
		unit: 'ms',
		spec: { ...twoLayers, kind: 'compile' },
		contenders: ['pullback'],
	},
	{
		title: 'first step 784-50-10, new process',
		unit: 'ms',
		spec: { ...twoLayers, kind: 'first' },
		fresh: true,
	},
	{
		title: 'compile and first step 784-50-10, again',
		unit: 'ms',
		spec: { ...twoLayers, kind: 'first' },
		contenders: ['pullback', 'jax-js'],
	},
];
