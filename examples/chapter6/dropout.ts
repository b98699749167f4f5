// Chapter 6: dropout keeps a net that is too large for its 300 images from learning them by heart.
import { randomKey, splitKey } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { Dropout, Relu, SGD } from '@pullback/nn';
import { type Accuracies, accuraciesOf, deepNet, firstOf, learner } from './deepNet.ts';

/** How much a net of seven layers reads right, epoch by epoch, as it learns the first 300 images; a `rate` of 0 drops nothing. */
export async function* learn(
	rate: number,
	epochs: number,
	every = epochs,
	seed = 0,
): AsyncGenerator<Accuracies & { readonly epoch: number }> {
	const { train, test } = await loadMnist();
	const few = firstOf(train, 300);
	const keys = splitKey(randomKey(seed), 8);
	let layer = 2;
	const net = deepNet({
		sizes: [784, 100, 100, 100, 100, 100, 100, 10],
		key: keys.slice(0),
		// The book's dropout makes all elements smaller where a net is used, not the others larger where it is trained.
		after: () => [new Relu(), new Dropout({ rate, key: keys.slice(layer++), scaled: 'evaluate' })],
	});
	const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
	const step = learner(net, few, { optimizer, batchSize: 100, key: keys.slice(1) });
	yield* accuraciesOf(net, { train: few, test }, step, { epochs, stepsPerEpoch: 3, every });
}

/** What it reads right in the end. */
export async function overfit(rate: number, epochs = 301, seed = 0): Promise<Accuracies> {
	let last: Accuracies = { train: 0, test: 0 };
	for await (const { train, test } of learn(rate, epochs, epochs, seed)) last = { train, test };
	return last;
}

if (process.argv[1] === import.meta.filename)
	console.table({ 'no dropout': await overfit(0), 'dropout 0.2': await overfit(0.2) });
