// Chapter 3: the book's own net reads digits, with the weights that NumPy pickled for it.
import { resolve } from 'node:path';
import { compile, matmul, Node, sigmoid, softmax } from '@pullback/core';
import { DataFileError, type PickleValue, readPickle } from '@pullback/files';
import { type LabelledImages, loadMnist } from '@pullback/mnist';

/** The weights of the net, 784-50-100-10, by the names that the book gives them. */
export interface Network {
	readonly W1: Node;
	readonly W2: Node;
	readonly W3: Node;
	readonly b1: Node;
	readonly b2: Node;
	readonly b3: Node;
}

/** Where the book's file is looked for, from the root of the repository, of which it is no part. */
const usualPath = '../shared/data/sample_weight.pkl';

/** The weights in a pickle. */
export async function loadNetwork(file: string): Promise<Network> {
	const pickle = await readPickle(file);
	const weight = (name: string): Node => {
		const value: PickleValue | undefined = pickle instanceof Map ? pickle.get(name) : undefined;
		if (value instanceof Node) return value;
		throw new DataFileError(file, `found no array ${name}, needed W1, W2, W3, b1, b2 and b3`);
	};
	return {
		W1: weight('W1'),
		W2: weight('W2'),
		W3: weight('W3'),
		b1: weight('b1'),
		b2: weight('b2'),
		b3: weight('b3'),
	};
}

/** Probabilities [10] for an image [784], or [n, 10] for images [n, 784]. */
export function predict({ W1, W2, W3, b1, b2, b3 }: Network, x: Node): Node {
	const z1 = sigmoid(matmul(x, W1).add(b1));
	const z2 = sigmoid(matmul(z1, W2).add(b2));
	return softmax(matmul(z2, W3).add(b3));
}

/** How many images have their label as the most probable class, one image at a time. */
export function countOneByOne(network: Network, { images, labels }: LabelledImages): number {
	const classOf = compile((x: Node) => predict(network, x).argmax());
	let right = 0;
	for (const [i, label] of labels.data().entries())
		if (classOf(images.slice(i)).item() === label) right++;
	return right;
}

/** The same, in batches. */
export function countInBatches(
	network: Network,
	{ images, labels }: LabelledImages,
	batchSize = 100,
): number {
	const countRight = compile((x: Node, t: Node) => predict(network, x).argmax(-1).equal(t).sum());
	const count = labels.shape[0] ?? 0;
	let right = 0;
	for (let i = 0; i < count; i += batchSize) {
		const batch: [number, number] = [i, Math.min(i + batchSize, count)];
		right += countRight(images.slice(batch), labels.slice(batch)).item();
	}
	return right;
}

if (process.argv[1] === import.meta.filename) {
	const file = resolve(process.argv[2] ?? usualPath);
	try {
		const network = await loadNetwork(file);
		const { test } = await loadMnist();
		const count = test.labels.shape[0];
		console.log(`one image at a time: ${countOneByOne(network, test)} of ${count} right`);
		console.log(`in batches of 100:   ${countInBatches(network, test)} of ${count} right`);
	} catch (error) {
		if (!(error instanceof DataFileError)) throw error;
		console.error(`${error.message}\nneeded: the path of the book's sample_weight.pkl`);
		process.exitCode = 1;
	}
}
