// Chapter 6: where the weights start decides whether a deep net learns at all.
import { randomKey, splitKey } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { heInitializer, normalInitializer, SGD, xavierInitializer } from '@pullback/nn';
import { deepNet, learner } from './deepNet.ts';

const initializers = {
	'standard deviation 0.01': normalInitializer(0.01),
	Xavier: xavierInitializer,
	He: heInitializer,
};

type Name = keyof typeof initializers;

/** The loss of each batch of 128, for nets of five layers that differ in their first weights alone. */
export async function lossesByInitialWeights(
	steps: number,
	seed = 0,
): Promise<{ readonly [Each in Name]: readonly number[] }> {
	const { train } = await loadMnist();
	const keys = splitKey(randomKey(seed));
	const losses = Object.entries(initializers).map(([name, weight]) => {
		const net = deepNet({ sizes: [784, 100, 100, 100, 100, 10], key: keys.slice(0), weight });
		const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
		const step = learner(net, train, { optimizer, batchSize: 128, key: keys.slice(1) });
		return [name, Array.from({ length: steps }, step)];
	});
	return Object.fromEntries(losses);
}

/** The mean loss of the last 100 batches. */
export type Losses = { readonly [Each in Name]: number };

/** Where the nets are after `steps` steps. */
export async function compareInitialWeights(steps = 2000, seed = 0): Promise<Losses> {
	const means = Object.entries(await lossesByInitialWeights(steps, seed)).map(([name, losses]) => {
		const last = losses.slice(-100);
		return [name, last.reduce((sum, loss) => sum + loss, 0) / last.length];
	});
	return Object.fromEntries(means);
}

if (process.argv[1] === import.meta.filename) console.table(await compareInitialWeights());
