import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { div, tensor, zeros } from '@pullback/core';
import { saveCheckpoint } from '@pullback/files';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
	DataFileError,
	loadMnist,
	loadNet,
	type Mnist,
	type NetEvent,
	saveNet,
	TrainingError,
	type TrainNetOptions,
	trainNet,
	weightsSha256,
} from '../src/index.ts';
import { optimizers } from '../src/training/optimizers.ts';
import { writeDigits } from './digits.ts';
import { temporaryFolder } from './idxFiles.ts';

let data: Mnist;
beforeAll(async () => {
	const dir = mkdtempSync(join(tmpdir(), 'pullback-mnist-'));
	writeDigits(dir, { train: 23, test: 7 });
	data = await loadMnist({ dir, normalize: false });
	rmSync(dir, { recursive: true });
});

/** Three steps in an epoch, the last of fewer images. */
const short = { recipe: 'linear', epochs: 2, batchSize: 8 } as const;

/** What a run comes to. */
async function reached(options: TrainNetOptions) {
	const { model, epochs, losses, steps } = await trainNet(data, options);
	return { hash: weightsSha256(model), epochs, losses, steps };
}

/** A run that is interrupted after every `pace` steps, and goes on from its checkpoint. */
async function reachedInPieces(options: TrainNetOptions, pace: number) {
	const file = join(temporaryFolder(), 'run');
	for (let resume: TrainNetOptions | null = null; ; resume = { resume: file }) {
		const controller = new AbortController();
		let left = pace;
		const onEvent = (event: NetEvent): void => {
			if (event.kind === 'step' && --left === 0) controller.abort();
		};
		const { signal } = controller;
		const from = resume ?? { ...options, checkpoint: file };
		const result = await trainNet(data, { ...from, onEvent, signal });
		if (result.interrupted) continue;
		const { model, epochs, losses, steps } = result;
		return { hash: weightsSha256(model), epochs, losses, steps };
	}
}

describe('a run that is interrupted anywhere, and goes on, ends as one that is not', () => {
	// recipes.long.ts has every recipe.
	test('in its weights, accuracies and curve of losses, whatever its settings', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...(Object.keys(optimizers) as (keyof typeof optimizers)[])),
				fc.constantFrom('constant', 'cosine', 'step' as const),
				fc.integer({ min: 3, max: 7 }),
				fc.maxSafeNat(),
				async (optimizer, schedule, pace, seed) => {
					const options = { ...short, optimizer, schedule, seed } as const;
					const [whole, pieces] = [await reached(options), await reachedInPieces(options, pace)];
					expect(pieces.hash).toBe(whole.hash);
					expect(pieces.losses).toEqual(whole.losses);
					expect(pieces.steps).toBe(6);
					expect(pieces.epochs).toEqual(whole.epochs);
				},
			),
			{ numRuns: 1 },
		);
	});
});

describe('settings', () => {
	test.each([
		[{ recipe: 'convnets' }, /recipe is .*did you mean convnet\?/],
		[{ optimizer: 'adan' }, /optimizer is .*did you mean adam\?/],
		[{ schedule: 1 }, /schedule is .*must be one of constant/],
		[{ epochs: 0 }, /epochs is 0; it must be a whole number from 1/],
		[{ batchSize: 1.5 }, /batchSize is 1.5/],
		[{ learningRate: -1 }, /learningRate is -1; it must be a positive number/],
		[{ seed: -1 }, /seed is -1/],
		[{ checkpointEvery: 3 }, /there is no checkpoint to write/],
	])('%j is refused', async (wrong, message) => {
		await expect(trainNet(data, { ...short, ...wrong } as TrainNetOptions)).rejects.toThrow(
			message,
		);
	});
});

describe('a checkpoint', () => {
	test('is not written over another file, nor resumed by other settings or on other images', async () => {
		const file = join(temporaryFolder(), 'run');
		await trainNet(data, { ...short, schedule: 'cosine', checkpoint: file });
		const bytes = readFileSync(file);
		const wrong: [Mnist, TrainNetOptions, RegExp][] = [
			[data, { ...short, checkpoint: file }, /found a file where checkpoints are to be written/],
			[data, { resume: file, optimizer: 'adam' }, /optimizer is .*adam.*has .*sgd.*leave it out/],
			[data, { resume: file, epochs: 3 }, /epochs is 3.* on which its schedule cosine depends/],
			[{ train: data.test, test: data.test }, { resume: file }, /other training images/],
		];
		for (const [images, options, message] of wrong)
			await expect(trainNet(images, options)).rejects.toThrow(message);
		expect(readFileSync(file)).toEqual(bytes);
	});

	test('of a constant learning rate gets more epochs, and is as if it had always had them', async () => {
		const file = join(temporaryFolder(), 'run');
		await trainNet(data, { ...short, checkpoint: file });
		const longer = await reached({ resume: file, epochs: 5 });
		expect(longer.hash).toBe((await reached({ ...short, epochs: 5 })).hash);
		await expect(trainNet(data, { resume: file, epochs: 4 })).rejects.toThrow(/has begun 5/);
	});

	test('of another program, or none, is said to be', async () => {
		const file = join(temporaryFolder(), 'run');
		await expect(trainNet(data, { resume: file })).rejects.toThrow(/no such file/);
		await saveCheckpoint(file, {}, { epoch: 1 });
		await expect(trainNet(data, { resume: file })).rejects.toThrow(/of another program/);
		for (const notes of [{ settings: 1 }, { settings: {}, labelsSha256: '' }]) {
			await saveCheckpoint(file, {}, { mnist: notes });
			await expect(trainNet(data, { resume: file })).rejects.toThrow(DataFileError);
		}
	});
});

describe('a step that would make a number that is not finite', () => {
	test('ends the run with the operation that made it, and the last good checkpoint stays', async () => {
		const file = join(temporaryFolder(), 'run');
		const options = { ...short, learningRate: 1e38, checkpoint: file, checkpointEvery: 1 };
		const error = await trainNet(data, options).catch((each: unknown) => each);
		expect(error).toBeInstanceOf(TrainingError);
		const { message } = error as TrainingError;
		expect(message).toMatch(/^step \d: \w+ made (infinity|NaN) at element \d+ of f32\[.* from /);
		expect(message).toMatch(/path: .*; lower the learning rate; .*run is as of epoch 1/);
		// It goes on to the same end: the step that failed had changed nothing.
		const same = message.replace(/, at .*/, '');
		await expect(trainNet(data, { resume: file })).rejects.toThrow(same);
	});

	test('before the first checkpoint leaves none', async () => {
		const file = join(temporaryFolder(), 'run');
		await expect(
			trainNet(data, { ...short, learningRate: 1e38, checkpoint: file }),
		).rejects.toThrow(TrainingError);
		expect(existsSync(file)).toBe(false);
	});
});

test('images in other forms than the recipes take are refused', async () => {
	const set = (pixels: number) => ({
		images: zeros([2, pixels]),
		labels: tensor([0, 1], { dtype: 'i32' }),
	});
	await expect(trainNet({ train: set(9), test: set(9) })).rejects.toThrow(
		/of 9 pixels, needed 784/,
	);
});

test('pixels as bytes and as numbers from 0 to 1 give the same weights', async () => {
	const scaled = ({ images, labels }: Mnist['train']) => ({
		images: div(images.cast('f32'), 255),
		labels,
	});
	const { model } = await trainNet({ train: scaled(data.train), test: scaled(data.test) }, short);
	expect(weightsSha256(model)).toBe((await reached(short)).hash);
});

describe('a net that is saved', () => {
	test('is the same once loaded, to the bit, and rounded to 16 bits where that is asked for', async () => {
		const result = await trainNet(data, short);
		const file = join(temporaryFolder(), 'net');
		await saveNet(file, result);
		const { recipe, model } = await loadNet(file);
		expect([recipe, weightsSha256(model)]).toEqual(['linear', weightsSha256(result.model)]);
		const halves = join(temporaryFolder(), 'net');
		await saveNet(halves, result, { f32As: 'f16' });
		expect(readFileSync(halves).length).toBeLessThan(0.6 * readFileSync(file).length);
		await loadNet(halves);
	});

	test('of no recipe that there is, or damaged, is refused', async () => {
		const file = join(temporaryFolder(), 'net');
		await saveCheckpoint(file, {});
		await expect(loadNet(file)).rejects.toThrow(/of the recipe .*, needed one of linear/);
		const { model, settings } = await trainNet(data, short);
		await saveNet(file, { model, settings: { ...settings, recipe: 'two-layer' } });
		await expect(loadNet(file)).rejects.toThrow(DataFileError);
		writeFileSync(file, readFileSync(file).subarray(0, 1000));
		await expect(loadNet(file)).rejects.toThrow(DataFileError);
	});
});
