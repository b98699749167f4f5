import { tensor } from '@pullback/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
	type LoadMnistOptions,
	loadMnist,
	type Mnist,
	TrainingError,
	type TrainingEvent,
	trainTwoLayerNet,
	weightsSha256,
} from '../src/index.ts';
import { writeDigits } from './digits.ts';
import { temporaryFolder } from './idxFiles.ts';

function loadSmall(
	sizes: { train?: number; test?: number } = {},
	options: LoadMnistOptions = {},
): Promise<Mnist> {
	const dir = temporaryFolder();
	writeDigits(dir, sizes);
	return loadMnist({ dir, ...options });
}

const short = { iterations: 12, batchSize: 10, hidden: 5 };

describe('training', () => {
	test('with the numbers of the book reaches its accuracy after one epoch of MNIST', async () => {
		const data = await loadMnist();
		const { history, iterations, interrupted } = await trainTwoLayerNet(data, { iterations: 600 });
		expect([iterations, interrupted]).toEqual([600, false]);
		expect(history.map(({ epoch }) => epoch)).toEqual([0, 1]);
		const [before, after] = history;
		// Nothing is learnt yet: all classes are equally likely.
		expect(before?.loss).toBeCloseTo(Math.log(10), 2);
		// The band of ten seeds of the book's own program, and its tolerance.
		expect(after?.testAccuracy).toBeGreaterThan(0.9066 - 0.005);
		expect(after?.testAccuracy).toBeLessThan(0.9117 + 0.005);
	}, 120_000);

	test('learns what can be learnt', async () => {
		const data = await loadSmall();
		const { history } = await trainTwoLayerNet(data, { ...short, hidden: 20, iterations: 300 });
		expect(history.at(-1)).toMatchObject({ trainAccuracy: 1, testAccuracy: 1 });
	});

	test('gives the same weights for the same seed, others for another', async () => {
		const data = await loadSmall();
		const [a, b, c] = await Promise.all(
			[1, 1, 2].map(async (seed) => {
				const { model, history } = await trainTwoLayerNet(data, { ...short, seed });
				return { hash: weightsSha256(model), history };
			}),
		);
		expect(a).toEqual(b);
		expect(a?.hash).not.toBe(c?.hash);
	});

	test('goes the same way with pixels as bytes', async () => {
		const [scaled, bytes] = await Promise.all(
			[true, false].map(async (normalize) => {
				const data = await loadSmall({}, { normalize });
				const { model, history } = await trainTwoLayerNet(data, short);
				return { hash: weightsSha256(model), history };
			}),
		);
		expect(bytes).toEqual(scaled);
	});

	test('counts every image where the last chunk of an evaluation is a smaller one', async () => {
		const data = await loadSmall({ train: 1003, test: 1 });
		const done: number[] = [];
		const { history } = await trainTwoLayerNet(data, {
			...short,
			hidden: 20,
			iterations: 300,
			onEvent: (event) => {
				if (event.kind === 'evaluating') done.push(event.done);
			},
		});
		expect(done.slice(0, 3)).toEqual([1000, 1003, 1004]);
		expect(history.at(-1)).toMatchObject({ trainAccuracy: 1, testAccuracy: 1 });
	});

	test('goes the same way however long it lasts', async () => {
		const data = await loadSmall();
		const [shorter, longer] = await Promise.all(
			[8, 12].map((iterations) => trainTwoLayerNet(data, { ...short, iterations })),
		);
		expect(longer?.history.slice(0, 3)).toEqual(shorter?.history);
	});

	test('tells of each step, each epoch, and the images evaluated', async () => {
		const data = await loadSmall();
		const events: TrainingEvent[] = [];
		const { history } = await trainTwoLayerNet(data, {
			...short,
			iterations: 6,
			onEvent: (event) => events.push(event),
		});
		const kinds = (kind: TrainingEvent['kind']) => events.filter((event) => event.kind === kind);
		expect(kinds('step')).toHaveLength(6);
		expect(kinds('step').at(-1)).toMatchObject({ iteration: 6, iterations: 6, secondsLeft: 0 });
		expect(kinds('evaluating').at(-1)).toEqual({ kind: 'evaluating', done: 60, total: 60 });
		expect(kinds('epoch')).toEqual(history.map((result) => ({ kind: 'epoch', result })));
		expect(history.map(({ epoch }) => epoch)).toEqual([0, 1, 1.5]);
	});

	test('on fewer images than a batch counts every step as an epoch', async () => {
		const data = await loadSmall({ train: 3, test: 2 });
		const { history } = await trainTwoLayerNet(data, { ...short, iterations: 2 });
		expect(history.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
	});
});

describe('an aborted run', () => {
	test('finishes its step and tells what was reached', async () => {
		const data = await loadSmall();
		const controller = new AbortController();
		const { history, iterations, interrupted } = await trainTwoLayerNet(data, {
			...short,
			onEvent: (event) => {
				if (event.kind === 'step' && event.iteration === 5) controller.abort();
			},
			signal: controller.signal,
		});
		expect([iterations, interrupted, history.length]).toEqual([5, true, 2]);
	});

	test('makes no step when it was aborted before', async () => {
		const data = await loadSmall();
		const result = await trainTwoLayerNet(data, { ...short, signal: AbortSignal.abort() });
		expect(result).toMatchObject({ iterations: 0, interrupted: true, history: [] });
	});

	test('is complete when the abort comes after all is done', async () => {
		const data = await loadSmall();
		const controller = new AbortController();
		const { interrupted } = await trainTwoLayerNet(data, {
			...short,
			iterations: 4,
			onEvent: (event) => {
				if (event.kind === 'epoch' && event.result.epoch === 1) controller.abort();
			},
			signal: controller.signal,
		});
		expect(interrupted).toBe(false);
	});
});

describe('training is refused', () => {
	let data: Mnist;
	beforeAll(async () => {
		const rows = (count: number, pixels: number) => ({
			images: tensor(new Float32Array(count * pixels), { shape: [count, pixels] }),
			labels: tensor(new Int32Array(count)),
		});
		data = { train: rows(4, 6), test: rows(2, 6) };
	});

	const refused = (changed: Mnist, message: RegExp) =>
		expect(trainTwoLayerNet(changed, short)).rejects.toThrow(
			expect.objectContaining({ name: 'TrainingError', message: expect.stringMatching(message) }),
		);

	test('on empty sets', async () => {
		await refused(await loadSmall({ train: 0 }), /found 0 training images/);
		await refused(await loadSmall({ test: 0 }), /found 0 test images/);
	});

	test('on images and labels of another form', async () => {
		const { train, test } = data;
		const whole = tensor(new Int32Array(24), { shape: [4, 6] });
		await refused({ train: { ...train, images: whole }, test }, /images i32\[4, 6\].*f32 or u8/);
		const square = tensor(new Float32Array(24), { shape: [4, 1, 2, 3] });
		await refused({ train: { ...train, images: square }, test }, /f32\[4, 1, 2, 3\].*flatten/);
		const oneHot = tensor(new Float32Array(40), { shape: [4, 10] });
		await refused(
			{ train: { ...train, labels: oneHot }, test },
			/labels f32\[4, 10\].*oneHotLabel/,
		);
		const other = tensor(new Float32Array(10), { shape: [2, 5] });
		await refused({ train, test: { ...test, images: other } }, /5 pixels, needed 6/);
		const fewer = tensor(new Int32Array(3));
		await refused({ train: { ...train, labels: fewer }, test }, /4 training images and 3 labels/);
	});

	test.each(['iterations', 'batchSize', 'hidden'])('with %s that is no count', async (name) => {
		for (const value of [0, -1, 1.5, Number.NaN]) {
			await expect(trainTwoLayerNet(data, { ...short, [name]: value })).rejects.toThrow(
				new RegExp(`${name} is ${value}, needs a whole number from 1`),
			);
		}
	});

	test.each([
		['iterations', 1_000_000_000],
		['batchSize', 60_000],
		['hidden', 10_000],
	])('with more %s than are of any use, before it takes any memory', async (name, most) => {
		for (const value of [most + 1, 2 ** 28 * 10, Number.MAX_SAFE_INTEGER])
			await expect(trainTwoLayerNet(data, { ...short, [name]: value })).rejects.toThrow(
				`trainTwoLayerNet: ${name} is ${value}, needs a whole number from 1 to ${most}`,
			);
	});

	test('with larger batches than tensors hold', async () => {
		const large = {
			images: tensor(new Uint8Array(40_000), { shape: [1, 40_000] }),
			labels: tensor(new Int32Array(1)),
		};
		await expect(
			trainTwoLayerNet({ train: large, test: large }, { ...short, batchSize: 60_000 }),
		).rejects.toThrow('batchSize is 60000, needs at most 53687 with 40000 numbers for each');
	});

	test('on labels of no digit, and images of no pixel', async () => {
		const { train, test } = data;
		for (const wrong of [-1, 10]) {
			const labels = tensor([0, 1, wrong, 3], { dtype: 'i32' });
			await refused(
				{ train: { ...train, labels }, test },
				new RegExp(`label ${wrong} for training image 2`),
			);
		}
		const bare = (count: number) => ({
			images: tensor(new Float32Array(0), { shape: [count, 0] }),
			labels: tensor(new Int32Array(count)),
		});
		await refused({ train: bare(4), test: bare(2) }, /training images of 0 pixels/);
	});

	test('to go on when the loss is no longer a number', async () => {
		await expect(
			trainTwoLayerNet(await loadSmall(), { ...short, learningRate: 1e30 }),
		).rejects.toThrow(TrainingError);
	});

	test('to end well when the last step spoils the weights', async () => {
		await expect(
			trainTwoLayerNet(await loadSmall(), { ...short, iterations: 1, learningRate: 3e38 }),
		).rejects.toThrow('at iteration 1, needed a finite number');
	});
});
