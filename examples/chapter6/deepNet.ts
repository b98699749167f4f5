// What the programs of chapter 6 share: a net of many affine layers, a step of training, and how much it reads right.
import { compile, type Node, splitKey, sum, take, variable } from '@pullback/core';
import type { LabelledImages } from '@pullback/mnist';
import {
	Affine,
	heInitializer,
	type Initializer,
	type Layer,
	type Optimizer,
	Relu,
	Sequential,
	softmaxCrossEntropy,
} from '@pullback/nn';
import { drawBatch } from '../chapter4/miniBatches.ts';

export type DeepNet = Sequential;

/** How a net is made. */
export interface DeepNetOptions {
	/** The lengths of the input, of each hidden layer, and of the output. */
	readonly sizes: readonly number[];
	readonly key: Node;
	/** How weights start; as He has them if left out. */
	readonly weight?: Initializer;
	/** What follows each affine layer of so many outputs, but the last; ReLU if left out. */
	readonly after?: (outputs: number) => readonly Layer[];
}

/** Affine layers, all but the last with an activation. */
export function deepNet({
	sizes,
	key,
	weight = heInitializer,
	after = () => [new Relu()],
}: DeepNetOptions): DeepNet {
	const keys = splitKey(key, sizes.length);
	return new Sequential(
		sizes.slice(1).flatMap((outputs, i) => {
			const affine = new Affine({ inputs: sizes[i] ?? 0, outputs, key: keys.slice(i), weight });
			return i === sizes.length - 2 ? [affine] : [affine, ...after(outputs)];
		}),
	);
}

/** How a net learns. */
export interface LearnerOptions {
	readonly optimizer: Optimizer;
	readonly batchSize: number;
	/** Which images are drawn, with replacement: learners of equal keys see the same. */
	readonly key: Node;
	/** Half of it, times the squares of all weights, is added to the loss that falls; 0 if left out. */
	readonly weightDecay?: number;
}

/** A step of training, compiled; it returns the mean cross-entropy of its batch after the step. */
export function learner(
	net: DeepNet,
	set: LabelledImages,
	{ optimizer, batchSize, key, weightDecay = 0 }: LearnerOptions,
): () => number {
	const stream = variable(key, { name: 'stream' });
	const weights = [...net.namedParameters()].filter(([path]) => path.endsWith('.weight'));
	const step = compile(() => {
		const next = splitKey(stream);
		stream.assign(next.slice(0));
		const { images, labels } = drawBatch(set, batchSize, next.slice(1));
		const loss = softmaxCrossEntropy(net.forward(images, 'train'), labels);
		const squares = weights.map(([, weight]) => sum(weight.read().square()));
		optimizer.minimize(squares.reduce((all, each) => all.add(each.mul(weightDecay / 2)), loss));
		return softmaxCrossEntropy(net.forward(images), labels);
	});
	return () => step().item();
}

/** A program that finds the share of a set's images that the net reads right. */
export function accuracyOf(net: DeepNet, { images, labels }: LabelledImages): () => number {
	const right = compile(() => sum(net.forward(images).argmax(-1).equal(labels)));
	return () => right().item() / (labels.shape[0] ?? 1);
}

/** The shares of images that are read right. */
export interface Accuracies {
	readonly train: number;
	readonly test: number;
}

/** Epochs of some steps each; yields the accuracies after every so many epochs, and after the last. */
export function* accuraciesOf(
	net: DeepNet,
	{ train, test }: { readonly train: LabelledImages; readonly test: LabelledImages },
	step: () => number,
	{ epochs, stepsPerEpoch, every }: { epochs: number; stepsPerEpoch: number; every: number },
): Generator<Accuracies & { readonly epoch: number }> {
	const [ofTrain, ofTest] = [accuracyOf(net, train), accuracyOf(net, test)];
	for (let epoch = 1; epoch <= epochs; epoch++) {
		for (let i = 0; i < stepsPerEpoch; i++) step();
		if (epoch % every === 0 || epoch === epochs) yield { epoch, train: ofTrain(), test: ofTest() };
	}
}

/** The first images of a set. */
export function firstOf({ images, labels }: LabelledImages, count: number): LabelledImages {
	return { images: images.slice([0, count]), labels: labels.slice([0, count]) };
}

/** The images of a set at some positions. */
export function pick({ images, labels }: LabelledImages, rows: Node): LabelledImages {
	return { images: take(images, rows), labels: take(labels, rows) };
}
