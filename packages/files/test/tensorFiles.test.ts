import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dtypes, type Node, tensor, variable } from '@pullback/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
	DataFileError,
	formatNpy,
	formatNpz,
	formatSafetensors,
	openSafetensors,
	parseNpy,
	parseNpz,
	parseSafetensors,
	readNpy,
	readNpz,
	readSafetensors,
	writeNpy,
	writeNpz,
	writeSafetensors,
} from '../src/index.ts';
import { ownFiles } from './ownFiles.ts';
import { heldOf } from './pickles.ts';
import {
	fileName,
	heldByName,
	heldIn,
	ours,
	refusal,
	type TensorFile,
	theirs,
} from './tensorFiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullback-tensors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const titled = (files: readonly TensorFile[]): [string, TensorFile][] =>
	files.map((each) => [`${each.name}.${each.kind}`, each]);

describe('files of NumPy, and of a plain writer of safetensors', () => {
	const [readable, unreadable] = [true, false].map((isReadable) =>
		titled(theirs.filter(({ refused }) => (refused === undefined) === isReadable)),
	) as [[string, TensorFile][], [string, TensorFile][]];

	test.each(readable)('%s: every tensor is read to the bit', (_, { kind, bytes, ...file }) => {
		expect(heldIn(kind, bytes)).toEqual({ holds: file.holds, metadata: file.metadata });
	});

	test.each(unreadable)('%s: what no dtype holds is refused in words', (_, file) => {
		const error = refusal(file.kind, file.bytes);
		expect(error?.message).toMatch(/^weights: at byte \d+: found .*needed /);
		expect(error?.message).toMatch(new RegExp(file.refused ?? ''));
	});
});

describe('files of this library', () => {
	test('NumPy, PyTorch and a plain reader have read every one', () => {
		expect(ours.map(({ name, kind }) => `${name}.${kind}`).sort()).toEqual(
			ownFiles.map(({ name, kind }) => `${name}.${kind}`).sort(),
		);
	});

	test.each(ownFiles.map((each) => [`${each.name}.${each.kind}`, each] as const))(
		'%s: they have read what it was made from, to the bit',
		(_, { name, kind, bytes, holds, metadata, isRounded }) => {
			const read = ours.find((each) => each.name === name && each.kind === kind);
			expect(Buffer.from(bytes).equals(read?.bytes ?? Buffer.alloc(0))).toBe(true);
			if (isRounded) {
				const { rounded = '', ...rest } = read?.metadata ?? {};
				expect(rest).toEqual(metadata);
				expect(read?.holds).toEqual({
					...holds,
					x: { array: 'f32', shape: [rounded.length / 8], bytes: rounded },
				});
			} else expect({ holds: read?.holds, metadata: read?.metadata }).toEqual({ holds, metadata });
			expect(heldIn(kind, bytes).holds).toEqual(read?.holds);
		},
	);
});

/** A file that is cut or changed is small: all its bytes are tried. */
const small = [...theirs.filter(({ refused }) => refused === undefined), ...ours].filter(
	({ bytes }) => bytes.length < 2000,
);

test.each(titled(small))(
	'%s: cut off at any byte, is refused and gives no value',
	(_, { kind, bytes }) => {
		for (let length = 0; length < bytes.length; length++) {
			const error = refusal(kind, bytes.subarray(0, length));
			expect(error).toBeInstanceOf(DataFileError);
			expect(error?.file).toBe(fileName);
			expect(error?.offset).toBeLessThanOrEqual(length);
		}
	},
);

test.each(titled(small))('%s: with a byte more, is refused', (_, { kind, bytes }) => {
	for (const more of [0, 0x20, 0xff])
		expect(refusal(kind, Buffer.concat([bytes, Buffer.of(more)]))).toBeInstanceOf(DataFileError);
});

test.each(titled(small.filter((_, i) => i % 5 === 0)))(
	'%s: another byte anywhere is a typed error or another value, never another failure',
	(_, { kind, bytes }) => {
		for (let at = 0; at < bytes.length; at++)
			for (const change of [0x01, 0x80, 0xff]) {
				const changed = Uint8Array.from(bytes);
				changed[at] = (changed[at] as number) ^ change; // at is in range
				refusal(kind, changed);
			}
	},
);

/** Tensors of any dtype with ugly numbers, and of ugly shapes. */
const anyTensor: fc.Arbitrary<Node> = fc
	.tuple(fc.constantFrom(...dtypes), fc.array(fc.constantFrom(0, 1, 2, 3, 5), { maxLength: 5 }))
	.chain(([dtype, shape]) => {
		const size = shape.reduce<number>((product, length) => product * length, 1);
		const element: fc.Arbitrary<number> = {
			bool: fc.constantFrom(0, 1),
			u8: fc.nat(255),
			i32: fc.integer(),
			f32: fc.float(),
			f64: fc.double(),
		}[dtype];
		return fc
			.array(element, { minLength: size, maxLength: size })
			.map((elements) => tensor(elements, { dtype, shape }));
	});

const anyTensors = fc
	.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 10 }), anyTensor), {
		selector: ([name]) => name,
		maxLength: 6,
	})
	.map((list) => list.filter(([name]) => name !== '__metadata__'));

test('any tensors written as safetensors are read as they were, in their order', () => {
	fc.assert(
		fc.property(anyTensors, fc.dictionary(fc.string(), fc.string()), (list, texts) => {
			const metadata = new Map(Object.entries(texts));
			const bytes = formatSafetensors(new Map(list), { metadata });
			const read = parseSafetensors(bytes, fileName);
			expect([...read.tensors.keys()]).toEqual(list.map(([name]) => name));
			expect(heldByName(read.tensors)).toEqual(heldByName(list));
			expect(read.metadata).toEqual(metadata);
		}),
	);
});

test('any tensor written as .npy, and any as .npz, is read as it was', () => {
	fc.assert(
		fc.property(anyTensor, fc.array(anyTensor, { maxLength: 4 }), (x, list) => {
			expect(heldOf(parseNpy(formatNpy(x), fileName))).toEqual(heldOf(x));
			const named = list.map((each, i) => [`layers.${i}/weight`, each] as const);
			const read = parseNpz(formatNpz(new Map(named)), fileName);
			expect(heldByName(read)).toEqual(heldByName(named));
		}),
	);
});

test('files on disk hold the bytes that are formatted, and are read as those are', async () => {
	const path = (name: string): string => join(folder, name);
	await fc.assert(
		fc.asyncProperty(anyTensors, anyTensor, async (list, x) => {
			const named = new Map(list.map(([, each], i) => [`part ${i}`, each]));
			await writeSafetensors(path('a.safetensors'), named, { metadata: { a: 'b' } });
			await writeNpz(path('a.npz'), named);
			await writeNpy(path('a.npy'), x);
			expect(readdirSync(folder).sort()).toEqual(['a.npy', 'a.npz', 'a.safetensors']);
			const bytes = formatSafetensors(named, { metadata: { a: 'b' } });
			expect(readFileSync(path('a.safetensors')).equals(bytes)).toBe(true);
			expect(readFileSync(path('a.npz')).equals(formatNpz(named))).toBe(true);
			expect(readFileSync(path('a.npy')).equals(formatNpy(x))).toBe(true);
			const holds = heldByName(named);
			expect(heldByName((await readSafetensors(path('a.safetensors'))).tensors)).toEqual(holds);
			expect(heldByName(await readNpz(path('a.npz')))).toEqual(holds);
			expect(heldOf(await readNpy(path('a.npy')))).toEqual(heldOf(x));
		}),
		{ numRuns: 20 },
	);
});

describe('a file of safetensors that is open', () => {
	test('gives each tensor that is asked for, in any order and at the same time', async () => {
		const path = join(folder, 'open.safetensors');
		const tensors = { a: tensor([1, 2, 3]), b: tensor([[true]]), c: tensor(7, { dtype: 'f64' }) };
		await writeSafetensors(path, tensors, { metadata: { made: 'here' } });
		const reader = await openSafetensors(path);
		expect(reader.names()).toEqual(['a', 'b', 'c']);
		expect(reader.metadata).toEqual(new Map([['made', 'here']]));
		const [c, a, again] = await Promise.all(['c', 'a', 'a'].map((name) => reader.read(name)));
		expect([c, a, again].map((each) => each && heldOf(each))).toEqual(
			[tensors.c, tensors.a, tensors.a].map(heldOf),
		);
		await expect(reader.read('d')).rejects.toThrow(
			new RangeError(`read: ${path} has no tensor "d"; names() tells which it has`),
		);
		await reader.close();
		await expect(reader.read('a')).rejects.toBeInstanceOf(DataFileError);
	});

	test('that became shorter gives a typed error', async () => {
		const path = join(folder, 'shorter.safetensors');
		await writeSafetensors(path, { a: tensor([1, 2, 3]) });
		const reader = await openSafetensors(path);
		writeFileSync(path, readFileSync(path).subarray(0, -4));
		await expect(reader.read('a')).rejects.toThrow(
			'found the end of the file, which became shorter',
		);
		await reader.close();
	});
});

test('Variables, numbers and arrays are written as the tensors they stand for', () => {
	const { tensors } = parseSafetensors(
		formatSafetensors({
			v: variable([1, 2], { name: 'v' }),
			n: 3,
			list: [[1], [2]],
			typed: Int32Array.of(4),
		}),
		fileName,
	);
	expect(Array.from(tensors, ([name, x]) => [name, x.dtype, x.toArray()])).toEqual([
		['v', 'f32', [1, 2]],
		['n', 'f32', 3],
		['list', 'f32', [[1], [2]]],
		['typed', 'i32', [4]],
	]);
});

test('tensors that are read share no memory with the bytes', () => {
	for (const [format, parse] of [
		[formatNpy, (bytes: Uint8Array) => parseNpy(bytes, fileName)],
		[
			(x: Node) => formatSafetensors({ x }),
			(bytes: Uint8Array) => parseSafetensors(bytes, fileName).tensors.get('x'),
		],
	] as const)
		for (const dtype of dtypes) {
			const bytes = format(tensor([1, 0, 1], { dtype }));
			const read = parse(bytes);
			bytes.fill(0);
			expect(read?.toArray()).toEqual(tensor([1, 0, 1], { dtype }).toArray());
		}
});

test.each([
	['readNpy', readNpy],
	['readNpz', readNpz],
	['readSafetensors', readSafetensors],
	['openSafetensors', openSafetensors],
])('%s: a missing file, a folder and a file as a folder are typed errors', async (_, read) => {
	const missing = join(folder, 'none');
	await expect(read(missing)).rejects.toThrow(new DataFileError(missing, 'no such file'));
	await expect(read(folder)).rejects.toThrow('found no ordinary file, needed one');
	const within = join('/dev/null', 'weights');
	await expect(read(within)).rejects.toThrow(`${within}: cannot read it: ENOTDIR`);
});

test.each([
	[
		'a half character in a name',
		() => formatSafetensors({ '\ud800': 1 }),
		/^formatSafetensors: the name .* half of a surrogate pair/,
	],
	['the name of the metadata', () => formatSafetensors({ __metadata__: 1 }), /keeps that name/],
	[
		'a number too large for f16',
		() => formatSafetensors({ x: [1, -65520] }, { f32As: 'f16' }),
		/"x" holds -65520 as element 1, which f16 does not hold/,
	],
	[
		'a number too large for bf16',
		() => formatSafetensors({ x: 3.4e38 }, { f32As: 'bf16' }),
		/which bf16 does not hold/,
	],
	[
		'a name that leads out',
		() => formatNpz({ '../x': 1 }),
		/^formatNpz: got the name "\.\.\/x", which leads out/,
	],
	['a name from the root', () => formatNpz({ '/x': 1 }), /path from a root/],
	[
		'metadata that is no text',
		() => Reflect.apply(formatSafetensors, null, [{}, { metadata: { step: 3 } }]),
		/^formatSafetensors: the metadata "step" is 3; it must be a string/,
	],
	[
		'metadata that is an array',
		() => Reflect.apply(formatSafetensors, null, [{}, { metadata: ['a'] }]),
		/^formatSafetensors: metadata are an Array; they must be a Map or an object/,
	],
])('%s is not written', (_, write, words) => {
	expect(write).toThrow(words);
});
