/**
 * What a contender is asked to do once; its `kind` names the function of the contender that makes it ready.
 *
 * @typedef {{ kind: 'train' | 'first' | 'compile', sizes: number[], batch: number, optimizer: 'sgd' | 'adam', learningRate: number }} Training
 * @typedef {Training
 *   | { kind: 'matmul', size: number }
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
	{ title: 'matmul 64', unit: 'us', spec: { kind: 'matmul', size: 64 } },
	{ title: 'matmul 128', unit: 'us', spec: { kind: 'matmul', size: 128 } },
	{ title: 'matmul 256', unit: 'us', spec: { kind: 'matmul', size: 256 } },
	{ title: 'matmul 512', unit: 'ms', spec: { kind: 'matmul', size: 512 } },
	{ title: 'matmul 1024', unit: 'ms', spec: { kind: 'matmul', size: 1024 } },
	{
		title: 'matmul 512 vs the bare micro-kernel',
		unit: 'ms',
		spec: { kind: 'matmul', size: 512 },
		threads: 1,
		contenders: ['pullback', 'micro-kernel', 'torch', 'numpy'],
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
