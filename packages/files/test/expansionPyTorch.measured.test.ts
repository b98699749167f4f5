import { expect, test } from 'vitest';
import { DataFileError, parsePyTorch, tensorsOf } from '../src/index.ts';
import { assembled, unicode } from './assembled.ts';
import { archive, older, storage, storageId, view } from './torchAssembled.ts';

// Few bytes that mean many.

/** The same part again and again. */
const repeated = (count: number, part: string | Uint8Array): Uint8Array => {
	const once = assembled(part);
	return Buffer.alloc(count * once.length, once);
};

const million = new Uint8Array(4_000_000);
const of = (form: 'older' | 'zip'): Uint8Array => storage(form, storageId('0', 1_000_000n));
const many = (one: Uint8Array): Uint8Array => assembled('](', repeated(10_000, one), 'e');

test.each<[string, () => Uint8Array]>([
	[
		'one element a billion times',
		() => archive(view(of('zip'), 0, [2 ** 30], [0]), { 'data/0': million }),
	],
	[
		'one element a million times, again and again',
		() => archive(many(view(of('zip'), 0, [1_000_000], [0])), { 'data/0': million }),
	],
	[
		'a storage again and again',
		() => archive(many(view(of('zip'), 0, [1_000_000], [1])), { 'data/0': million }),
	],
	[
		'a storage again and again, in the older form',
		() => older(many(view(of('older'), 0, [1_000_000], [1])), { 0: million }),
	],
	[
		'two elements that lie far apart, again and again',
		() => archive(many(view(of('zip'), 0, [2], [999_999])), { 'data/0': million }),
	],
	[
		'a matrix of a storage, transposed again and again',
		() => archive(many(view(of('zip'), 0, [1000, 1000], [1, 1000])), { 'data/0': million }),
	],
	[
		'a million storages of one',
		() =>
			archive(
				assembled(
					'](',
					repeated(100_000, view(storage('zip', storageId('0', 1n)), 0, [], [])),
					'e',
				),
				{ 'data/0': new Uint8Array(4) },
			),
	],
	[
		'tensors without elements',
		() => archive(many(view(of('zip'), 0, [0], [1])), { 'data/0': million }),
	],
	['empty dictionaries', () => older(repeated(3_000_000, 'ccollections\nOrderedDict\n)R'), {})],
	['ids', () => older(repeated(3_000_000, 'NQ'), {})],
	[
		'a pickle of the older form without end',
		() => assembled(older('N').subarray(0, 60), repeated(10_000_000, 'N')),
	],
	[
		'keys of storages',
		() => assembled(older('N').subarray(0, -3), repeated(3_000_000, unicode('a')), 'e.'),
	],
])('%s: read or refused in 2 seconds of work and 256 MB', (_, make) => {
	const bytes = make();
	const before = process.memoryUsage.rss();
	const start = process.cpuUsage();
	try {
		parsePyTorch(bytes, 'model.pt');
	} catch (error) {
		if (!(error instanceof DataFileError)) throw error;
	}
	const { user, system } = process.cpuUsage(start);
	expect((user + system) / 1e6).toBeLessThan(2);
	expect(process.memoryUsage.rss() - before).toBeLessThan(256e6);
});

test('a dictionary in very many places is refused in 2 seconds of work', () => {
	let value = new Map<string, unknown>([['a', 1]]);
	for (let depth = 0; depth < 60; depth++)
		value = new Map([
			['l', value],
			['r', value],
		]);
	const start = process.cpuUsage();
	expect(() => tensorsOf(value as never)).toThrow();
	let shared = new Map<string, unknown>();
	for (let depth = 0; depth < 60; depth++)
		shared = new Map([
			['l', shared],
			['r', shared],
		]);
	expect(() => tensorsOf(shared as never)).toThrow(RangeError);
	const { user, system } = process.cpuUsage(start);
	expect((user + system) / 1e6).toBeLessThan(2);
});
