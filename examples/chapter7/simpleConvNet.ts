// Chapter 7: a net with one convolution reads digits better than any net of affine layers alone.
import { compile, type Node, randomKey, splitKey, sum, variable } from '@pullback/core';
import { type LabelledImages, loadMnist } from '@pullback/mnist';
import {
	Adam,
	Affine,
	Conv2d,
	Flatten,
	MaxPool2d,
	normalInitializer,
	Relu,
	type Sequential,
	sequential,
	softmaxCrossEntropy,
} from '@pullback/nn';
import { drawBatch } from '../chapter4/miniBatches.ts';

/** Thirty kernels of 5 by 5, ReLU, the largest of every 2 by 2, and two affine layers, of images [n, 1, 28, 28]. */
export function simpleConvNet(seed: number): Sequential {
	const keys = splitKey(randomKey(seed), 3);
	const weight = normalInitializer(0.01);
	return sequential(
		new Conv2d({ inputs: 1, outputs: 30, kernelSize: 5, key: keys.slice(0), weight }),
		new Relu(),
		new MaxPool2d(2),
		new Flatten(),
		new Affine({ inputs: 30 * 12 * 12, outputs: 100, key: keys.slice(1), weight }),
		new Relu(),
		new Affine({ inputs: 100, outputs: 10, key: keys.slice(2), weight }),
	);
}

/** The kernels of a net's first convolution, [outputs, inputs, 5, 5]. */
export function filtersOf(net: Sequential): Node {
	const [first] = net.parameters();
	if (first === undefined) throw new Error('filters: the net has no parameters');
	return first.read();
}

/** The share of a set's images that a net reads right, a thousand at a time. */
export function accuracyOf(net: Sequential, { images, labels }: LabelledImages): number {
	const right = compile((x, t) => sum(net.forward(x).argmax(-1).equal(t)));
	const count = labels.shape[0] ?? 0;
	let found = 0;
	for (let from = 0; from < count; from += 1000) {
		const rows = [from, Math.min(from + 1000, count)] as const;
		found += right(images.slice(rows), labels.slice(rows)).item();
	}
	return found / count;
}

/** Trains by Adam on batches of 100 drawn with replacement; the accuracy on the test images after each pass of 600 steps. */
export async function* train(net: Sequential, steps = 12_000, seed = 1): AsyncGenerator<number> {
	const { train, test } = await loadMnist({ flatten: false });
	const optimizer = new Adam(net.parameters(), { learningRate: 0.001 });
	const stream = variable(randomKey(seed), { name: 'stream' });
	const step = compile(() => {
		const next = splitKey(stream);
		stream.assign(next.slice(0));
		const { images, labels } = drawBatch(train, 100, next.slice(1));
		optimizer.minimize(softmaxCrossEntropy(net.forward(images, 'train'), labels));
	});
	for (let i = 1; i <= steps; i++) {
		step();
		if (i % 600 === 0 || i === steps) yield accuracyOf(net, test);
	}
}

if (process.argv[1] === import.meta.filename)
	for await (const accuracy of train(simpleConvNet(0)))
		console.log(`accuracy on the test images: ${accuracy}`);
