import { randomKey } from '@pullback/core';
import { mine } from '../../../core/test/hostileValues.ts';
import { examples, type Subject, wrongArgumentsFail } from '../../../core/test/wrongArguments.ts';
import { dataset } from '../../src/index.ts';

const data = () => dataset([1, 2, 3]);
const stream = () =>
	dataset(function* () {
		yield 1;
		yield 2;
	});

/** A method of what is made anew. */
const method =
	(make: () => object, name: string): Subject['call'] =>
	(...args) => {
		const made = make();
		return Reflect.apply(Reflect.get(made, name) as (...args: unknown[]) => unknown, made, args); // by its name
	};

const batches = () => data().batches({ size: 2, shuffle: true, key: randomKey(1) });

wrongArgumentsFail([
	['Dataset.at', { call: method(data, 'at'), ...examples(() => [1]) }],
	['Dataset.gather', { call: method(data, 'gather'), ...examples(() => [[1, 0]]) }],
	['Dataset.select', { call: method(data, 'select'), ...examples(() => [Int32Array.of(1, 0)]) }],
	[
		'Dataset.map',
		{
			call: (f) => {
				data().map(f as () => number); // as users may
			},
			...examples(() => [mine((a: number) => a)]),
		},
	],
	['Dataset.zip', { call: method(data, 'zip'), ...examples(() => [data()]) }],
	[
		'Dataset.split',
		{
			call: method(data, 'split'),
			...examples(() => [[0.5, 0.5], { key: randomKey(1) }]),
			parts: ['splitKey'],
		},
	],
	[
		'Dataset.folds',
		{
			call: method(data, 'folds'),
			...examples(() => [2, { key: randomKey(1) }]),
			parts: ['splitKey'],
		},
	],
	[
		'Dataset.batches',
		{
			call: method(data, 'batches'),
			...examples(
				() => [{ size: 2, dropLast: true, shuffle: true, key: randomKey(1) }],
				() => [
					{ size: 2, shuffle: 'withReplacement', key: randomKey(1), weights: [1, 2, 3], count: 5 },
				],
			),
			parts: ['splitKey'],
		},
	],
	[
		'IndexedBatches.restore',
		{ call: method(batches, 'restore'), ...examples(() => [batches().position]), records: [0] },
	],
	['IndexedBatches.epoch', { call: method(batches, 'epoch'), ...examples(() => [1]) }],
	['Stream.map', { call: method(stream, 'map'), ...examples(() => [mine((a: number) => a)]) }],
	['Stream.zip', { call: method(stream, 'zip'), ...examples(() => [stream()]) }],
	['Stream.take', { call: method(stream, 'take'), ...examples(() => [1]) }],
	[
		'Stream.batches',
		{
			call: method(stream, 'batches'),
			...examples(() => [
				{ size: 2, dropLast: true, prefetch: 1, shuffleAmong: 2, key: randomKey(1) },
			]),
			parts: ['splitKey'],
		},
	],
]);
