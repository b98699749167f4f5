// Chapter 6: the same net learns digits by four optimisers, from the same weights and the same images.
import { randomKey, splitKey, type Variable } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { AdaGrad, Adam, Momentum, type Optimizer, SGD } from '@pullback/nn';
import { deepNet, learner } from './deepNet.ts';

const optimizers = {
	SGD: (all: Variable[]): Optimizer => new SGD(all, { learningRate: 0.01 }),
	Momentum: (all: Variable[]): Optimizer => new Momentum(all, { learningRate: 0.01 }),
	AdaGrad: (all: Variable[]): Optimizer => new AdaGrad(all, { learningRate: 0.01, epsilon: 1e-7 }),
	Adam: (all: Variable[]): Optimizer => new Adam(all, { learningRate: 0.001 }),
};

type Name = keyof typeof optimizers;

/** The loss of each batch of 128, for nets of five layers that start alike and see the same batches. */
export async function lossesByOptimizer(
	steps: number,
	seed = 0,
): Promise<{ readonly [Each in Name]: readonly number[] }> {
	const { train } = await loadMnist();
	const keys = splitKey(randomKey(seed));
	const losses = Object.entries(optimizers).map(([name, make]) => {
		const net = deepNet({ sizes: [784, 100, 100, 100, 100, 10], key: keys.slice(0) });
		const optimizer = make(net.parameters());
		const step = learner(net, train, { optimizer, batchSize: 128, key: keys.slice(1) });
		return [name, Array.from({ length: steps }, step)];
	});
	return Object.fromEntries(losses);
}

/** The mean loss of the last 100 batches. */
export type Losses = { readonly [Each in Name]: number };

/** Where the nets are after `steps` steps. */
export async function compareOptimizers(steps = 2000, seed = 0): Promise<Losses> {
	const means = Object.entries(await lossesByOptimizer(steps, seed)).map(([name, losses]) => {
		const last = losses.slice(-100);
		return [name, last.reduce((sum, loss) => sum + loss, 0) / last.length];
	});
	return Object.fromEntries(means);
}

if (process.argv[1] === import.meta.filename) console.table(await compareOptimizers());
