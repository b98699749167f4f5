import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arange, randomKey, softmax, splitKey, stack, tensor } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { expect, test } from 'vitest';
import { and, nand, or, truthTable, xor } from '../chapter2/gates.ts';
import { compareActivations } from '../chapter3/activations.ts';
import { countInBatches, countOneByOne, loadNetwork } from '../chapter3/pickledWeights.ts';
import { accuracy, load, save, train, trainSaveAndLoad } from '../chapter3/savedWeights.ts';
import { largeScores, naiveSoftmax, scores } from '../chapter3/softmax.ts';
import { forward } from '../chapter3/threeLayers.ts';
import { descend } from '../chapter4/gradientDescent.ts';
import { losses } from '../chapter4/losses.ts';
import { drawBatch } from '../chapter4/miniBatches.ts';
import { bowl, derivatives, parabola } from '../chapter4/numericalGradient.ts';
import { simpleNet } from '../chapter4/simpleNet.ts';
import { learnNumerically } from '../chapter4/twoLayerNet.ts';
import { buyApples, buyApplesAndOranges } from '../chapter5/apples.ts';
import { compare, scales } from '../chapter6/batchNormalization.ts';
import { overfit } from '../chapter6/dropout.ts';
import { search } from '../chapter6/hyperparameters.ts';
import { compareInitialWeights } from '../chapter6/initialWeights.ts';
import { compareOptimizers } from '../chapter6/optimizers.ts';
import { descend as descendValley } from '../chapter6/valley.ts';
import { overfit as overfitWithDecay } from '../chapter6/weightDecay.ts';
import { simpleConvNet, train as trainConvNet } from '../chapter7/simpleConvNet.ts';
import { deepConvNet } from '../chapter8/deepConvNet.ts';

// The figures are those that the book prints or its programs compute.

/** Equal to `share` of the greater of 1 and the expected number. */
function near(actual: Iterable<number>, expected: readonly number[], share: number): void {
	const numbers = [...actual];
	expect(numbers).toHaveLength(expected.length);
	for (const [i, x] of numbers.entries()) {
		const y = expected[i] ?? Number.NaN;
		expect(Math.abs(x - y)).toBeLessThanOrEqual(share * Math.max(1, Math.abs(y)));
	}
}

test('perceptrons have the truth tables of their gates', () => {
	expect(truthTable(and)).toEqual([0, 0, 0, 1]);
	expect(truthTable(nand)).toEqual([1, 1, 1, 0]);
	expect(truthTable(or)).toEqual([0, 1, 1, 1]);
	expect(truthTable(xor)).toEqual([0, 1, 1, 0]);
});

test('the step has no slope, the sigmoid its greatest at 0, ReLU 1 above 0', () => {
	const [step, sigmoid, relu] = compareActivations();
	expect(step?.values).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
	expect(step?.slopes).toEqual(Array.from({ length: 11 }, () => 0));
	expect(Math.max(...(sigmoid?.slopes ?? []))).toBe(0.25);
	expect(relu?.slopes).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
});

test('softmax gives the book’s probabilities, and does not overflow where the formula does', () => {
	near(softmax(scores).data(), [0.01821127, 0.24519181, 0.73659691], 1e-8);
	expect([...naiveSoftmax(largeScores).data()]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
	near(softmax(largeScores).data(), [9.999546e-1, 4.53978686e-5, 2.06106005e-9], 1e-8);
});

test('signals pass through three layers to the book’s outputs', () => {
	near(forward(tensor([1, 0.5], { dtype: 'f64' })).data(), [0.31682708, 0.69627909], 1e-8);
});

test('weights come back from a file with their names, shapes, order and bits', () => {
	const matrix = new Float32Array([1, -0, 1e-45, Number.MAX_VALUE, Number.NaN, 1 / 3]);
	const weights = new Map([
		['layers.0.weight', tensor(matrix, { shape: [2, 3] })],
		['layers.0.bias', tensor([0.1, 0.2, 0.3])],
		['scale', tensor(7)],
	]);
	const folder = mkdtempSync(join(tmpdir(), 'pullback-'));
	try {
		save(weights, join(folder, 'weights'));
		const loaded = load(join(folder, 'weights'));
		expect([...loaded.keys()]).toEqual([...weights.keys()]);
		for (const [name, weight] of weights) {
			expect(loaded.get(name)?.shape).toEqual(weight.shape);
			expect(loaded.get(name)?.data()).toEqual(weight.data());
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test('saved weights read as many digits right as the net they were taken from', async () => {
	const { trained, loaded } = await trainSaveAndLoad(80);
	expect(loaded).toBe(trained);
	expect(loaded).toBeGreaterThan(0.8);
});

test('as many digits are read right one by one as at once, however many that is', async () => {
	const { train: images, test: unseen } = await loadMnist();
	const weights = train(images, 80);
	const part = (name: string) => weights.get(name) ?? tensor(Number.NaN);
	const network = {
		W1: part('layers.0.weight'),
		W2: part('layers.2.weight'),
		W3: part('layers.4.weight'),
		b1: part('layers.0.bias'),
		b2: part('layers.2.bias'),
		b3: part('layers.4.bias'),
	};
	const right = Math.round(10_000 * accuracy(weights, unseen));
	expect(right).toBeGreaterThan(8000);
	expect(countInBatches(network, unseen)).toBe(right);
	expect(countInBatches(network, unseen, 3000)).toBe(right);
	expect(countOneByOne(network, unseen)).toBe(right);
});

test('a pickle without the weights of the net is refused by their names', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'pullback-'));
	try {
		const file = join(folder, 'weights.pkl');
		writeFileSync(file, '}.'); // an empty dictionary
		await expect(loadNetwork(file)).rejects.toThrow('weights.pkl: found no array W1, needed W1');
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test('a bad guess costs more than a good one, by the book’s figures', () => {
	const [good, bad] = losses();
	near([good?.squaredError ?? 0, bad?.squaredError ?? 0], [0.0975, 0.5975], 1e-12);
	near(
		[good?.booksCrossEntropy ?? 0, bad?.booksCrossEntropy ?? 0],
		[0.510825457099338, 2.302584092994546],
		1e-12,
	);
	near([good?.crossEntropy ?? 0, bad?.crossEntropy ?? 0], [Math.log(1 / 0.6), Math.log(10)], 1e-12);
});

test('a batch holds images with their own labels; its key alone says which', () => {
	const labels = arange(0, 1000, 1, { dtype: 'i32' });
	const images = stack([labels.mul(2), labels.mul(3)], 1);
	const keys = splitKey(randomKey(0));
	const draw = (key: number) => drawBatch({ images, labels }, 50, keys.slice(key));
	const [first, again, other] = [draw(0), draw(0), draw(1)];
	expect(first.images.shape).toEqual([50, 2]);
	expect(first.images.data()).toEqual(stack([first.labels.mul(2), first.labels.mul(3)], 1).data());
	expect(again.labels.data()).toEqual(first.labels.data());
	expect(other.labels.data()).not.toEqual(first.labels.data());
});

test('differences give the book’s derivatives, and the exact ones nearly', () => {
	expect(derivatives(parabola, 5)[0]).toEqual([0.1999999999990898]);
	expect(derivatives(parabola, 10)[0]).toEqual([0.2999999999986347]);
	near(
		[derivatives(parabola, 5), derivatives(parabola, 10)].map(([, [x = 0] = []]) => x),
		[0.2, 0.3],
		1e-15,
	);
	for (const at of [
		[3, 4],
		[0, 2],
		[3, 0],
	]) {
		const [numeric = [], exact = []] = derivatives(bowl, at);
		near(
			numeric,
			at.map((x) => 2 * x),
			1e-8,
		);
		expect(exact).toEqual(at.map((x) => 2 * x));
	}
});

test('gradient descent arrives, flies off or stays, as the learning rate says', () => {
	const [x, y] = descend(0.1);
	near([(x ?? 0) / -6.11110793e-10, (y ?? 0) / 8.14814391e-10], [1, 1], 1e-8);
	near(descend(10), [-25898374737328.363, -1295248616896.5398], 1e-8);
	near(descend(1e-10), [-2.99999994, 3.99999992], 1e-8);
});

test('numerical gradients alone teach a net of two layers', async () => {
	const [before, after] = await learnNumerically(10);
	expect(after?.loss).toBeLessThan((before?.loss ?? 0) - 0.2);
});

test('the simple net has the book’s scores, loss and gradient', () => {
	const { scores, loss, gradient } = simpleNet();
	near(scores.data(), [1.05414809, 0.63071653, 1.1328074], 1e-8);
	near([loss.item()], [0.9280682857864075], 1e-8);
	near(
		gradient.data(),
		[0.21924757, 0.14356243, -0.36281, 0.32887136, 0.21534364, -0.544215],
		1e-8,
	);
});

test('the prices of apples and oranges have the book’s derivatives', () => {
	const apples = buyApples();
	near([apples.price.item()], [220], 1e-12);
	near(Object.values(apples.derivatives), [2.2, 110, 200], 1e-12);
	const both = buyApplesAndOranges();
	near([both.price.item()], [715], 1e-12);
	near(Object.values(both.derivatives), [2.2, 110, 3.3, 165, 650], 1e-12);
});

test.each([
	['SGD', -0.3503929957523197, 0.0847823165504322],
	['Momentum', 0.896413858493733, 0.08808560171506971],
	['AdaGrad', -0.12016232231416045, 2.486e-17],
	['Adam', 0.13600685239498186, 0.31824537553721943],
] as const)('%s walks the valley to where the book’s does', (name, x, y) => {
	near(descendValley(name).at(-1) ?? [], [x, y], 1e-12);
});

// Of the programs that take minutes, a beginning; whole, `npm run book` holds them to the book's bands.

test('small first weights learn nothing, those of He at once', async () => {
	const losses = await compareInitialWeights(80);
	expect(losses['standard deviation 0.01']).toBeGreaterThan(2.29);
	expect(losses.He).toBeLessThan(losses.Xavier);
	expect(losses.He).toBeLessThan(2.1);
});

test('plain gradient descent is the slowest of the four optimisers', async () => {
	const { SGD, ...others } = await compareOptimizers(40);
	expect(Math.max(...Object.values(others))).toBeLessThan(SGD);
});

test('with batch normalisation a net learns from weights from which it learns nothing without', async () => {
	const { normalized, plain } = await compare(scales[5] ?? 0, 6);
	expect(normalized.at(-1)).toBeGreaterThan(0.6);
	expect(plain.at(-1)).toBeLessThan(0.2);
});

test('with weight decay, and with dropout, a net learns its few images less by heart', async () => {
	const [plain, decay, dropout] = [
		await overfitWithDecay(0, 10),
		await overfitWithDecay(0.1, 10),
		await overfit(0.2, 10),
	];
	expect(decay.train).toBeLessThan(plain.train);
	expect(dropout.train).toBeLessThan(plain.train);
	expect(plain.test).toBeLessThan(plain.train);
});

test('a search says what it tried, the best first', async () => {
	const trials = await search(3, 3);
	const accuracies = trials.map(({ accuracy }) => accuracy);
	expect(accuracies).toEqual([...accuracies].sort((a, b) => b - a));
	for (const { learningRate, weightDecay } of trials) {
		expect(learningRate).toBeGreaterThan(1e-6);
		expect(learningRate).toBeLessThan(1e-2);
		expect(weightDecay).toBeGreaterThan(1e-8);
		expect(weightDecay).toBeLessThan(1e-4);
	}
});

test('a few steps teach the convolutional net of chapter 7 most digits; that of chapter 8 reads them, too', async () => {
	for await (const accuracy of trainConvNet(simpleConvNet(0), 40))
		expect(accuracy).toBeGreaterThan(0.6);
	const { test } = await loadMnist({ flatten: false });
	expect(deepConvNet(0).forward(test.images.slice([0, 2])).shape).toEqual([2, 10]);
});
