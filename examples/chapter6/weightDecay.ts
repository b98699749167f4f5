// Chapter 6: a net that is too large for its 300 images learns them by heart, less so where large weights cost something.
import { randomKey, splitKey } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { SGD } from '@pullback/nn';
import { accuracyOf, deepNet, firstOf, learner } from './deepNet.ts';

/** The shares of images that are read right. */
export interface Accuracies {
	readonly train: number;
	readonly test: number;
}

/** A net of seven layers after `epochs` passes over the first 300 images, each as many steps as there are batches of 100. */
export async function overfit(weightDecay: number, epochs = 201, seed = 0): Promise<Accuracies> {
	const mnist = await loadMnist();
	const few = firstOf(mnist.train, 300);
	const keys = splitKey(randomKey(seed));
	const net = deepNet({ sizes: [784, 100, 100, 100, 100, 100, 100, 10], key: keys.slice(0) });
	const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
	const options = { optimizer, batchSize: 100, key: keys.slice(1), weightDecay };
	const step = learner(net, few, options);
	for (let i = 0; i < 3 * epochs; i++) step();
	return { train: accuracyOf(net, few)(), test: accuracyOf(net, mnist.test)() };
}

if (process.argv[1] === import.meta.filename)
	console.table({ 'no decay': await overfit(0), 'decay 0.1': await overfit(0.1) });
