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

/** The mean loss of 100 batches around the last but one hundredth. */
export type Losses = { readonly [Name in keyof typeof initializers]: number };

/** Nets of five layers, alike but for their first weights, after `steps` steps of gradient descent. */
export async function compareInitialWeights(steps = 2000, seed = 0): Promise<Losses> {
	const { train } = await loadMnist();
	const keys = splitKey(randomKey(seed));
	const losses = Object.entries(initializers).map(([name, weight]) => {
		const net = deepNet({ sizes: [784, 100, 100, 100, 100, 10], key: keys.slice(0), weight });
		const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
		const step = learner(net, train, { optimizer, batchSize: 128, key: keys.slice(1) });
		const all = Array.from({ length: steps }, step).slice(-100);
		return [name, all.reduce((sum, loss) => sum + loss, 0) / all.length];
	});
	return Object.fromEntries(losses);
}

if (process.argv[1] === import.meta.filename) console.table(await compareInitialWeights());
