// Chapter 6: a net that is too large for its 300 images learns them by heart, less so where large weights cost something.
import { randomKey, splitKey } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { SGD } from '@pullback/nn';
import { type Accuracies, accuraciesOf, deepNet, firstOf, learner } from './deepNet.ts';

/** How much a net of seven layers reads right, epoch by epoch, as it learns the first 300 images: three batches of 100 each. */
export async function* learn(
	weightDecay: number,
	epochs: number,
	every = epochs,
	seed = 0,
): AsyncGenerator<Accuracies & { readonly epoch: number }> {
	const { train, test } = await loadMnist();
	const few = firstOf(train, 300);
	const keys = splitKey(randomKey(seed));
	const net = deepNet({ sizes: [784, 100, 100, 100, 100, 100, 100, 10], key: keys.slice(0) });
	const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
	const options = { optimizer, batchSize: 100, key: keys.slice(1), weightDecay };
	const step = learner(net, few, options);
	yield* accuraciesOf(net, { train: few, test }, step, { epochs, stepsPerEpoch: 3, every });
}

/** What it reads right in the end. */
export async function overfit(weightDecay: number, epochs = 201, seed = 0): Promise<Accuracies> {
	let last: Accuracies = { train: 0, test: 0 };
	for await (const { train, test } of learn(weightDecay, epochs, epochs, seed))
		last = { train, test };
	return last;
}

if (process.argv[1] === import.meta.filename)
	console.table({ 'no decay': await overfit(0), 'decay 0.1': await overfit(0.1) });
