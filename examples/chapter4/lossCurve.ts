// Chapter 4: the loss falls as the two-layer net learns; each batch is another, so it falls with noise.
import { compile, type Node, randomKey, splitKey } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import {
	Affine,
	normalInitializer,
	SGD,
	Sigmoid,
	sequential,
	softmaxCrossEntropy,
} from '@pullback/nn';
import { drawCurves } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { drawBatch } from './miniBatches.ts';

/** The loss of each batch of 100, in a net of 50 hidden sigmoids that learns by gradient descent at a rate of 0.1. */
export async function lossesOf(steps: number): Promise<number[]> {
	const { train } = await loadMnist();
	const [layerKeys, batchKeys] = [splitKey(randomKey(0)), splitKey(randomKey(1), steps)];
	const layer = (inputs: number, outputs: number, i: number): Affine =>
		new Affine({ inputs, outputs, key: layerKeys.slice(i), weight: normalInitializer(0.01) });
	const net = sequential(layer(784, 50, 0), new Sigmoid(), layer(50, 10, 1));
	const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
	const step = compile((x: Node, t: Node) => {
		const loss = softmaxCrossEntropy(net.forward(x), t);
		optimizer.minimize(loss);
		return loss;
	});
	return Array.from({ length: steps }, (_, i) => {
		const { images, labels } = drawBatch(train, 100, batchKeys.slice(i));
		return step(images, labels).item();
	});
}

/** The curve of some losses, smoothed, on what it is made of. */
export async function draw(steps = 2000): Promise<Shown> {
	const losses = await lossesOf(steps);
	const picture = await drawCurves(
		{ loss: losses },
		{
			title: 'The loss of each batch',
			xLabel: 'step',
			yLabel: 'cross-entropy',
			range: [0, 2.5],
			smooth: true,
		},
	);
	const mean = (of: readonly number[]): string =>
		(of.reduce((sum, loss) => sum + loss, 0) / of.length).toFixed(3);
	return {
		picture,
		found: `mean loss of the first 100 batches ${mean(losses.slice(0, 100))}, of the last 100 of ${steps} ${mean(losses.slice(-100))}`,
	};
}

if (process.argv[1] === import.meta.filename) await show(() => draw(300));
