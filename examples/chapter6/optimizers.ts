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

/** The mean loss of the last 100 batches. */
export type Losses = { readonly [Name in keyof typeof optimizers]: number };

/** Nets of five layers after `steps` steps on batches of 128. */
export async function compareOptimizers(steps = 2000, seed = 0): Promise<Losses> {
	const { train } = await loadMnist();
	const keys = splitKey(randomKey(seed));
	const losses = Object.entries(optimizers).map(([name, make]) => {
		const net = deepNet({ sizes: [784, 100, 100, 100, 100, 10], key: keys.slice(0) });
		const optimizer = make(net.parameters());
		const step = learner(net, train, { optimizer, batchSize: 128, key: keys.slice(1) });
		const last = Array.from({ length: steps }, step).slice(-100);
		return [name, last.reduce((sum, loss) => sum + loss, 0) / last.length];
	});
	return Object.fromEntries(losses);
}

if (process.argv[1] === import.meta.filename) console.table(await compareOptimizers());
