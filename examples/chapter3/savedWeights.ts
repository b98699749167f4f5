// Chapter 3: to use a net takes no training, only its weights: here they are saved, loaded, and used on MNIST.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	compile,
	matmul,
	type Node,
	randomIntegers,
	randomKey,
	sigmoid,
	softmax,
	splitKey,
	take,
	tensor,
} from '@pullback/core';
import { type LabelledImages, loadMnist } from '@pullback/mnist';
import {
	Adam,
	Affine,
	Sigmoid,
	sequential,
	softmaxCrossEntropy,
	xavierInitializer,
} from '@pullback/nn';

/** Tensors by name. */
export type Weights = ReadonlyMap<string, Node>;

/** The weights of a net of three layers, 784-50-100-10, after a short training. */
export function train({ images, labels }: LabelledImages, iterations = 150): Weights {
	const layerKeys = splitKey(randomKey(0), 3);
	const layer = (inputs: number, outputs: number, i: number) =>
		new Affine({ inputs, outputs, key: layerKeys.slice(i), weight: xavierInitializer });
	const net = sequential(
		layer(784, 50, 0),
		new Sigmoid(),
		layer(50, 100, 1),
		new Sigmoid(),
		layer(100, 10, 2),
	);
	const optimizer = new Adam(net.parameters(), { learningRate: 0.01 });
	const step = compile((x: Node, t: Node) => {
		optimizer.minimize(softmaxCrossEntropy(net.forward(x), t));
	});
	const batchKeys = splitKey(randomKey(1), iterations);
	for (let i = 0; i < iterations; i++) {
		const picks = randomIntegers(batchKeys.slice(i), [100], { high: labels.shape[0] ?? 0 });
		step(take(images, picks), take(labels, picks));
	}
	return new Map(Array.from(net.namedParameters(), ([name, weight]) => [name, weight.read()]));
}

/** Probabilities [n, 10] for images [n, 784]. */
export function predict(weights: Weights, images: Node): Node {
	const affine = (x: Node, layer: string) =>
		matmul(x, weightOf(weights, `${layer}.weight`)).add(weightOf(weights, `${layer}.bias`));
	const first = sigmoid(affine(images, 'layers.0'));
	const second = sigmoid(affine(first, 'layers.2'));
	return softmax(affine(second, 'layers.4'));
}

function weightOf(weights: Weights, name: string): Node {
	const weight = weights.get(name);
	if (weight === undefined) throw new Error(`weights: found no ${name}; save a net that has it`);
	return weight;
}

/** The share of images whose most probable class is their label, computed in batches of 100. */
export function accuracy(weights: Weights, { images, labels }: LabelledImages): number {
	const count = labels.shape[0] ?? 0;
	let right = 0;
	for (let i = 0; i < count; i += 100) {
		const end = Math.min(i + 100, count);
		const classes = predict(weights, images.slice([i, end])).argmax(-1);
		right += classes
			.equal(labels.slice([i, end]))
			.sum()
			.item();
	}
	return right / count;
}

/** Writes the names and shapes as a line of JSON, then all numbers as little-endian f32. */
export function save(weights: Weights, file: string): void {
	const header = Array.from(weights, ([name, { shape }]) => ({ name, shape }));
	const numbers = [...weights.values()].flatMap((weight) => [...weight.data()]);
	const bytes = Buffer.alloc(4 * numbers.length);
	for (const [i, number] of numbers.entries()) bytes.writeFloatLE(number, 4 * i);
	writeFileSync(file, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]));
}

/** Reads what `save` wrote. */
export function load(file: string): Weights {
	const bytes = readFileSync(file);
	let at = bytes.indexOf('\n') + 1;
	const header: { name: string; shape: number[] }[] = JSON.parse(bytes.toString('utf8', 0, at));
	const weights = new Map<string, Node>();
	for (const { name, shape } of header) {
		const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
		for (const i of numbers.keys()) numbers[i] = bytes.readFloatLE(at + 4 * i);
		weights.set(name, tensor(numbers, { shape }));
		at += 4 * numbers.length;
	}
	return weights;
}

/** The accuracy on the test images of a net just trained, and of its weights saved and loaded. */
export async function trainSaveAndLoad(
	iterations?: number,
): Promise<{ trained: number; loaded: number }> {
	const mnist = await loadMnist();
	const folder = mkdtempSync(join(tmpdir(), 'pullback-'));
	try {
		const file = join(folder, 'weights');
		const weights = train(mnist.train, iterations);
		save(weights, file);
		return { trained: accuracy(weights, mnist.test), loaded: accuracy(load(file), mnist.test) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

if (process.argv[1] === import.meta.filename) {
	const { trained, loaded } = await trainSaveAndLoad();
	console.log(`accuracy on the test images as trained   ${trained}`);
	console.log(`accuracy after saving and loading        ${loaded}`);
}
