import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Node, normal, randomKey, splitKey, tensor, zeros } from '@pullback/core';
import { writeNpz, writeSafetensors } from '@pullback/files';
import { stateOf } from '@pullback/nn';
import { expect, test } from 'vitest';
import { loadMnist } from '../src/dataset.ts';
import { evaluate } from '../src/evaluation.ts';
import { recipes } from '../src/recipes/table.ts';
import { loadRecognized } from '../src/weights/loadRecognized.ts';
import { temporaryFolder } from './idxFiles.ts';

const images = normal(randomKey(9), [2, 784]);

/** Values in f32 agree to the rounding of sums of thousands of products. */
const expectSame = (a: Node, b: Node): void => {
	expect(a.shape).toEqual(b.shape);
	expect(a.sub(b).abs().amax().item()).toBeLessThan(1e-4 * b.abs().amax().item());
};

const made = new Map<string, { scores: Node; state: Map<string, Node> }>();

/** The parameters of a recipe's net, from the first layer to the last: weight, bias, weight ... */
function parametersOf(name: keyof typeof recipes): { scores: Node; state: Map<string, Node> } {
	const known = made.get(name);
	if (known !== undefined) return known;
	const { net, imageShape } = recipes[name];
	const model = net(randomKey(4));
	const found = {
		scores: model.forward(images.reshape([2, ...imageShape]), 'evaluate'),
		state: new Map(Array.from(stateOf(model)).filter(([key]) => /weight|bias/.test(key))),
	};
	made.set(name, found);
	return found;
}

/** Names as the book has them, in the same order. */
function inBook(state: ReadonlyMap<string, Node>): Map<string, Node> {
	const weights = Array.from(state).filter(([name]) => name.endsWith('weight'));
	return new Map(
		weights.flatMap(([name, weight], i) => [
			[`W${i + 1}`, weight],
			[`b${i + 1}`, state.get(name.replace(/weight$/, 'bias')) ?? zeros([0])],
		]),
	);
}

const file = (name: string): string => join(temporaryFolder(), name);

test.each(['linear', 'two-layer', 'three-layer', 'convnet', 'deep-convnet'] as const)(
	'the net of %s is known by the names of its module',
	async (name) => {
		const { scores, state } = parametersOf(name);
		const path = file('net.safetensors');
		await writeSafetensors(path, state);
		expectSame((await loadRecognized(path)).scores(images), scores);
	},
);

test('of a checkpoint, the net is known, and what the optimiser keeps is left alone', async () => {
	const { scores, state } = parametersOf('two-layer');
	const path = file('run.safetensors');
	const prefixed = Array.from(state, ([key, value]) => [`model.${key}`, value] as const);
	await writeSafetensors(path, new Map([...prefixed, ['optimizer.momentum.0', zeros([3])]]));
	expectSame((await loadRecognized(path)).scores(images), scores);
});

test.each(['three-layer', 'convnet'] as const)(
	'the net of %s is known by the names of the book, in an archive of NumPy',
	async (name) => {
		const { scores, state } = parametersOf(name);
		const path = file('net.npz');
		await writeNpz(path, inBook(state));
		const net = await loadRecognized(path);
		expect(net.format).toBe('npz');
		expectSame(net.scores(images), scores);
	},
);

test('the dropout of the book halves what comes to the last layer of chapter 8’s net', async () => {
	const { scores, state } = parametersOf('deep-convnet');
	const book = inBook(state);
	book.set('W8', (book.get('W8') ?? zeros([])).mul(2));
	const path = file('net.npz');
	await writeNpz(path, book);
	expectSame((await loadRecognized(path)).scores(images), scores);
});

test('weights that stand [outputs, inputs], as those of PyTorch, are known', async () => {
	const { scores, state } = parametersOf('convnet');
	const names = ['conv1.', 'fc1.', 'fc2.'];
	const turned = new Map<string, Node>();
	for (const [i, [name, value]] of Array.from(inBook(state)).entries()) {
		const isMatrix = name.startsWith('W') && value.shape.length === 2;
		const key = `${names[Math.floor(i / 2)]}${name.startsWith('W') ? 'weight' : 'bias'}`;
		turned.set(key, isMatrix ? value.transpose() : value);
	}
	const path = file('net.safetensors');
	await writeSafetensors(path, turned);
	expectSame((await loadRecognized(path)).scores(images), scores);
});

test('the activation is told, or that of the book', async () => {
	const keys = splitKey(randomKey(1));
	const [W1, W2] = [normal(keys.slice(0), [784, 7]), normal(keys.slice(1), [7, 10])];
	const path = file('net.safetensors');
	await writeSafetensors(
		path,
		new Map([
			['W1', W1],
			['W2', W2],
		]),
	);
	const relu = await loadRecognized(path);
	expect(relu.summary).toBe('784-7-10, ReLU');
	expectSame(relu.scores(images), images.matmul(W1).relu().matmul(W2));
	const sigmoid = await loadRecognized(path, 'sigmoid');
	expect(sigmoid.summary).toBe('784-7-10, sigmoid');
	expectSame(sigmoid.scores(images), images.matmul(W1).sigmoid().matmul(W2));
});

test.each<[string, Record<string, number[]>, RegExp]>([
	['none', {}, /found no arrays; needed W1, b1, W2, \.\.\. or names that end in weight and bias$/],
	['other names', { kernel: [784, 10] }, /found kernel \[784, 10\]; needed W1/],
	['more than layers', { W1: [784, 10], gamma1: [10] }, /no layer that is known has gamma1$/],
	['a bias alone', { W1: [784, 10], b2: [10] }, /no layer that is known has b2$/],
	['other images', { W1: [100, 10] }, /W1 takes 100 numbers, and is given 784; known are/],
	['other classes', { W1: [784, 5] }, /the last layer returns 5 numbers, needed 10/],
	['a gap', { W1: [784, 5], W2: [6, 10] }, /W2 takes 6 numbers, and is given 5/],
	['another bias', { W1: [784, 10], b1: [9] }, /the bias of W1 is \[9\], needed \[10\]/],
	['a vector', { W1: [784] }, /weights are matrices, or kernels of four axes/],
	[
		'two convolutions',
		{ W1: [2, 1, 3, 3], W2: [2, 2, 3, 3], W3: [9, 10] },
		/there are 2 convolutions/,
	],
	['colours', { W1: [2, 3, 5, 5], W2: [288, 10] }, /W1 takes 3 channels, and is given 1/],
	['large kernels', { W1: [2, 1, 29, 29], W2: [288, 10] }, /W1 fits no image of 28 by 28/],
])('a file of %s is refused, with what was found and what is known', async (_, shapes, message) => {
	const path = file('net.npz');
	await writeNpz(
		path,
		new Map(Object.entries(shapes).map(([name, shape]) => [name, zeros(shape)])),
	);
	await expect(loadRecognized(path)).rejects.toThrow(message);
	await expect(loadRecognized(path)).rejects.toThrow(/net\.npz: /);
});

test('a file that holds no weights is refused', async () => {
	const path = file('net.txt');
	for (const text of ['', '<html>', 'PNG'.padEnd(100)]) {
		writeFileSync(path, text);
		await expect(loadRecognized(path)).rejects.toThrow(/net\.txt: found no weights there, needed/);
	}
	await expect(loadRecognized(file('none'))).rejects.toThrow(/none: no such file/);
});

test('the worst mistakes come first, and every image is counted once', async () => {
	const labels = tensor([0, 1, 2, 3, 4], { dtype: 'i32' });
	const pixels = zeros([5, 784]);
	// Reads a 3 in all, then a 4, then ...
	const scores = (x: Node): Node =>
		x.sum(-1, { keepDims: true }).add(tensor([0, 1, 2, 9, 3, 0, 0, 0, 0, 0]));
	const { count, right, confusion, mistakes } = await evaluate(scores, { images: pixels, labels });
	expect([count, right]).toEqual([5, 1]);
	expect(confusion.map((row) => row.indexOf(1))).toEqual([3, 3, 3, 3, 3, -1, -1, -1, -1, -1]);
	expect(mistakes.map(({ label, read }) => [label, read])).toEqual([
		[0, 3],
		[1, 3],
		[2, 3],
		[4, 3],
	]);
});

test('scores that are no numbers are told', async () => {
	const set = { images: zeros([2, 784]), labels: tensor([0, 1], { dtype: 'i32' }) };
	const scores = (x: Node): Node =>
		x.sum(-1, { keepDims: true }).add(tensor(Array(10).fill(Number.NaN)));
	await expect(evaluate(scores, set)).rejects.toThrow('image 0 has the probability NaN');
});

test('the book’s own weights read exactly 9,352 of the 10,000 test images right', async ({
	skip,
}) => {
	const weights = fileURLToPath(
		new URL('../../../../shared/data/sample_weight.pkl', import.meta.url),
	);
	skip(
		!existsSync(weights),
		'the file that comes with the book is no part of the repository: put it at ../shared/data/sample_weight.pkl',
	);
	const { scores, summary } = await loadRecognized(weights);
	expect(summary).toBe('784-50-100-10, sigmoid');
	const { test: set } = await loadMnist({ normalize: false });
	const { right, count } = await evaluate(scores, set);
	expect([right, count]).toEqual([9352, 10_000]);
});
