// Chapter 4: a net of two layers learns by numerical gradients alone, on digits shrunk to 7 by 7 pixels. The
// number of steps can be given: npm run program -- examples/chapter4/twoLayerNet.ts 5
import { type Node, randomKey, splitKey, type Variable } from '@pullback/core';
import { type LabelledImages, loadMnist } from '@pullback/mnist';
import { Affine, SGD, Sigmoid, sequential, softmaxCrossEntropy } from '@pullback/nn';
import { numericalGradient } from '@pullback/verify';
import { drawBatch } from './miniBatches.ts';

/** Each new pixel is the mean of 4 by 4 old ones: a weight costs two losses a step, so there should be few. */
function shrink({ images, labels }: LabelledImages): LabelledImages {
	const blocks = images.reshape([-1, 7, 4, 7, 4]);
	return { images: blocks.mean([2, 4]).reshape([-1, 49]).cast('f64'), labels };
}

/** The numerical gradient of a loss with respect to a parameter that it reads, and that keeps its value. */
function numericalGradientOf(parameter: Variable, loss: () => Node): Node {
	const value = parameter.read();
	const lossAt = (moved: Node) => {
		parameter.assign(moved);
		return loss();
	};
	const [gradient = value] = numericalGradient(lossAt, [value], { step: 1e-4 });
	parameter.assign(value);
	return gradient;
}

/** Loss and accuracy on 1,000 test images, before the first step and after the last. */
export async function learnNumerically(steps = 30): Promise<{ loss: number; accuracy: number }[]> {
	const { train, test } = await loadMnist();
	const [layerKeys, batchKeys] = [splitKey(randomKey(0)), splitKey(randomKey(1), steps)];
	const net = sequential(
		new Affine({ inputs: 49, outputs: 10, key: layerKeys.slice(0), dtype: 'f64' }),
		new Sigmoid(),
		new Affine({ inputs: 10, outputs: 10, key: layerKeys.slice(1), dtype: 'f64' }),
	);
	const optimizer = new SGD(net.parameters(), { learningRate: 3 });

	const unseen = shrink({
		images: test.images.slice([0, 1000]),
		labels: test.labels.slice([0, 1000]),
	});
	const evaluate = () => {
		const scores = net.forward(unseen.images);
		const right = scores.argmax(-1).equal(unseen.labels).sum().item();
		return { loss: softmaxCrossEntropy(scores, unseen.labels).item(), accuracy: right / 1000 };
	};

	const before = evaluate();
	for (let i = 0; i < steps; i++) {
		const { images, labels } = shrink(drawBatch(train, 100, batchKeys.slice(i)));
		const loss = () => softmaxCrossEntropy(net.forward(images), labels);
		optimizer.step(net.parameters().map((parameter) => numericalGradientOf(parameter, loss)));
	}
	return [before, evaluate()];
}

if (process.argv[1] === import.meta.filename)
	console.table(await learnNumerically(Number(process.argv[2] ?? 30)));
