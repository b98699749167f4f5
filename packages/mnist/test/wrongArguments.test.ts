import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module, { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomKey, tensor, zeros } from '@pullback/core';
import { Affine, type Sequential, sequential } from '@pullback/nn';
import { afterAll, expect, test } from 'vitest';
import { mine } from '../../core/test/hostileValues.ts';
import {
	everyExportIsAttacked,
	examples,
	type Row,
	subjectsOf,
	wrongArgumentsFail,
} from '../../core/test/wrongArguments.ts';
import * as mnist from '../src/index.ts';
import { digits, writeDigits } from './digits.ts';

// As if the data were not installed: 55 MB would be read for each of the values that count as no options.
const { createRequire } = Module;
Module.createRequire = () => {
	throw new Error('not installed');
};
syncBuiltinESMExports();
afterAll(() => {
	Module.createRequire = createRequire;
	syncBuiltinESMExports();
});

test('the data seems not to be installed', async () => {
	await expect(mnist.loadMnist()).rejects.toThrow('not installed');
});

/** What is exported and is no function that users call, with the reason. */
const others = {
	recipes: 'a table',
	DataFileError: 'an error',
	TrainingError: 'an error',
	recipeDefaults: 'numbers',
} as const;

const errors = [mnist.DataFileError, mnist.TrainingError];

const folder = mkdtempSync(join(tmpdir(), 'pullback-mnist-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeDigits(folder, { train: 2, test: 1 });
const { images } = digits(2, 3, 3);
const whole = digits(2);
const file = join(folder, 'images');
writeFileSync(file, images);
const sha256 = createHash('sha256').update(images).digest('hex');

/** So bright that the usual learning rate, where wrong options leave it, ends the training at its second step. */
const set = (): mnist.LabelledImages => ({
	images: tensor([
		[1e20, 2e20],
		[3e20, 1e20],
	]),
	labels: tensor([1, 0], { dtype: 'i32' }),
});

/** Ends after the first event, however many steps are asked for. */
const training = (): readonly unknown[] => {
	const controller = new AbortController();
	setImmediate(() => controller.abort());
	const numbers = { iterations: 2, batchSize: 2, hidden: 3, learningRate: 1e-30, seed: 1 };
	const onEvent = mine(() => undefined);
	return [
		{ train: set(), test: set() },
		{ ...numbers, onEvent, signal: controller.signal },
	];
};

const net = (): Sequential => sequential(new Affine({ inputs: 2, outputs: 1, key: randomKey(1) }));

const settings = {
	...({ recipe: 'linear', optimizer: 'sgd', schedule: 'constant', learningRate: 1e-30 } as const),
	...{ epochs: 1, batchSize: 2, seed: 1 },
};

const netFile = join(folder, 'net');
const { model } = await mnist.trainNet(await mnist.loadMnist({ dir: folder }), settings);
await mnist.saveNet(netFile, { model, settings });

/** Writes to any name, but nowhere else than into the folder. */
const inFolder =
	(write: (file: string, ...rest: never[]) => unknown) =>
	(file: unknown, ...rest: readonly unknown[]): unknown => {
		const isName = typeof file === 'string' && file !== '' && !file.startsWith(folder);
		return Reflect.apply(write, null, [isName ? join(folder, file) : file, ...rest]);
	};

/** Ends before its first step. */
const runs = (): readonly unknown[] => {
	const images = zeros([2, 784]);
	const own = { images, labels: tensor([1, 0], { dtype: 'i32' }) };
	const onEvent = mine(() => undefined);
	return [
		{ train: own, test: own },
		{ ...settings, onEvent, signal: AbortSignal.abort() },
	];
};

/** For reading files, and compiling programs. */
const milliseconds = 3000;

const table: { readonly [Name in Exclude<keyof typeof mnist, keyof typeof others>]: Row } = {
	loadMnist: {
		...examples(() => [{ normalize: false, flatten: true, oneHotLabel: true, dir: folder }]),
		milliseconds,
	},
	TwoLayerNet: {
		...examples(() => [{ inputs: 2, hidden: 3, outputs: 2, weightStd: 0.1, key: randomKey(1) }]),
		parts: ['splitKey', 'normal', 'zeros'],
		call: (...args) => Reflect.construct(mnist.TwoLayerNet, args),
	},
	digitFromPicture: examples(() => [tensor([[0, 1]])]),
	datasetOf: { ...examples(() => [set()]), parts: ['dataset', 'zip'], records: [0] },
	loadNet: examples(() => [netFile]),
	parseNet: {
		...examples(() => [readFileSync(netFile), 'net']),
		parts: ['parseSafetensors'],
	},
	formatNet: {
		...examples(() => [{ model: net(), settings }, { f32As: 'f16' }]),
		records: [0],
		parts: ['formatSafetensors'],
	},
	pretrained: examples(() => ['three-layer']),
	saveNet: {
		...examples(() => [join(folder, 'saved'), { model: net(), settings }, { f32As: 'f16' }]),
		records: [1],
		parts: ['writeSafetensors'],
		call: inFolder(mnist.saveNet),
	},
	trainNet: { ...examples(runs), milliseconds, records: [0] },
	parseSet: {
		...examples(() => [
			{ file: 'images', bytes: whole.images },
			{ file: 'labels', bytes: whole.labels },
			{ normalize: false, flatten: true, oneHotLabel: true },
		]),
		records: [0, 1],
		parts: ['parseIdx'],
	},
	parseIdx: examples(() => [images, 'images', { dtype: 'u8', rank: 3 }]),
	readIdx: {
		...examples(() => [file, { dtype: 'u8', rank: 3, sha256, limit: 1000 }]),
		milliseconds,
	},
	trainTwoLayerNet: { ...examples(training), milliseconds, records: [0] },
	weightsSha256: examples(() => [net()]),
};

everyExportIsAttacked(mnist, table, others);

wrongArgumentsFail(
	subjectsOf(mnist, table).map(([name, subject]) => [name, { ...subject, errors }]),
);
