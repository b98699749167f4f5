import { Node } from '@pullback/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFileError, parsePyTorch } from '../src/index.ts';
import { assembled, unicode } from './assembled.ts';
import { heldOf } from './pickles.ts';
import { readable, unreadable } from './pytorch.ts';
import { archive, checkpoint, floats, older, storage, storageId, view } from './torchAssembled.ts';

const file = 'model.pt';
const forms = ['older', 'zip'] as const;

/** The error that a checkpoint gives, which must be a typed one that names file, byte and reason; null if it is read. */
function errorOf(bytes: Uint8Array): DataFileError | null {
	try {
		parsePyTorch(bytes, file);
		return null;
	} catch (error) {
		if (!(error instanceof DataFileError)) throw error;
		expect(error.message).toMatch(/^model\.pt: at byte \d+( of the inflated data)?: /);
		expect(error.reason).toMatch(/^(in the entry .*: )?found /);
		expect(error.offset).toBeGreaterThanOrEqual(0);
		expect(error.offset).toBeLessThanOrEqual(bytes.length);
		return error;
	}
}

function reasonOf(bytes: Uint8Array): string {
	const error = errorOf(bytes);
	if (error === null) throw new Error('the checkpoint was accepted');
	return error.reason;
}

describe('what is damaged', () => {
	const maxCutBytes = 820;
	const all = [...readable, ...unreadable];

	test.each(all.filter(({ bytes }) => bytes.length <= maxCutBytes))(
		'$title: cut off at any byte, is refused and gives no value',
		({ bytes }) => {
			const accepted: number[] = [];
			for (let length = 0; length < bytes.length; length++)
				if (errorOf(bytes.subarray(0, length)) === null) accepted.push(length);
			expect(accepted).toEqual([]);
		},
	);

	test('cut off anywhere, if it is long, is refused and gives no value', () => {
		const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		fc.assert(
			fc.property(fc.constantFrom(...all), share, ({ bytes }, cut) => {
				reasonOf(bytes.subarray(0, Math.floor(cut * bytes.length)));
			}),
		);
	});

	test.each(all)('$title: followed by anything, is refused', ({ bytes }) => {
		reasonOf(assembled(bytes, 'N.'));
	});

	const flipped = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
	const damaged = (bytes: Uint8Array, [place, flip]: readonly [number, number]): Uint8Array => {
		const copy = Uint8Array.from(bytes);
		const at = place % bytes.length;
		copy[at] = (copy[at] ?? 0) ^ flip;
		return copy;
	};

	test('in any byte of the older form, which has no checksums, is a typed error or a value', () => {
		const some = all.filter(({ form }) => form === 'older');
		fc.assert(
			fc.property(fc.constantFrom(...some), flipped, ({ bytes }, flip) => {
				errorOf(damaged(bytes, flip));
			}),
			{ numRuns: 700 },
		);
	});

	test('in any byte of an archive, is a typed error, or the same value: never a wrong one', () => {
		const some = readable.filter(({ form }) => form === 'zip');
		fc.assert(
			fc.property(fc.constantFrom(...some), flipped, ({ bytes }, flip) => {
				const copy = damaged(bytes, flip);
				if (errorOf(copy) !== null) return;
				expect(heldOf(parsePyTorch(copy, file))).toEqual(heldOf(parsePyTorch(bytes, file)));
			}),
			{ numRuns: 700 },
		);
	});
});

describe.each(forms)('in the %s form', (form) => {
	const four = floats(1, 2, 3, 4);
	const ofFour = storage(form, storageId('0', 4n));
	const reading = (value: Uint8Array | string, stored: Record<string, Uint8Array> = { 0: four }) =>
		parsePyTorch(checkpoint(form, value, stored), file);
	const refused = (value: Uint8Array | string, stored: Record<string, Uint8Array> = { 0: four }) =>
		reasonOf(checkpoint(form, value, stored));

	test('a view of a storage is a tensor of its elements', () => {
		const node = reading(view(ofFour, 1, [2, 2], [1, 1])) as Node;
		expect(node).toBeInstanceOf(Node);
		expect(node.toArray()).toEqual([
			[2, 3],
			[3, 4],
		]);
	});

	test.each([
		['os', 'system'],
		['posix', 'system'],
		['builtins', 'eval'],
		['__builtin__', 'getattr'],
		['torch', 'load'],
		['torch.nn.modules.linear', 'Linear'],
		['torch._utils', '_rebuild_sparse_tensor'],
		['torch.jit', 'load'],
		['torch', 'FloatStorage.from_file'],
		['torch', '__builtins__'],
		['collections', 'namedtuple'],
		['numpy.core.multiarray', '_reconstruct'],
		['__proto__', 'constructor'],
	])('%s.%s is refused by name, called or not', (module, name) => {
		for (const rest of ['', ')R', 'X\x02\x00\x00\x00ls\x85R'])
			expect(refused(assembled(`c${module}\n${name}\n`, rest), {})).toContain(
				`found the name ${module}.${name}, needed only names of PyTorch's tensors`,
			);
	});

	test.each([
		['no tuple', assembled(unicode('0'), 'Q')],
		['another kind', assembled('(', unicode('module'), unicode('net'), 'tQ')],
		[
			'a class that is none',
			storage(form, assembled(unicode('storage'), 'NX\x01\x00\x00\x000NK\x04')),
		],
		['a length below 0', storage(form, storageId('0', -1n))],
		['a length beyond 2^53', storage(form, storageId('0', 2n ** 63n))],
		['more items', assembled('(', storageId('0', 4n), 'NNtQ')],
		['fewer items', assembled('(', unicode('storage'), 'tQ')],
		['a part of another storage', assembled('(', storageId('0', 4n), '(NK\x00K\x01ttQ')],
	])('an id with %s is refused', (_, id) => {
		expect(refused(view(id, 0, [1], [1]))).toMatch(/found the id .* outside of the pickle/);
	});

	test('what is refused is told in a short message, however long it is', () => {
		const long = assembled('(', ...Array(10_000).fill('N'), 't');
		expect(refused(assembled(long, 'Q')).length).toBeLessThan(300);
		expect(refused(assembled('ctorch\nSize\n', long, 'R'), {}).length).toBeLessThan(300);
	});

	test('an id that tells another length, type or key than there is is refused', () => {
		for (const count of [0n, 3n, 5n, 2n ** 40n, 2n ** 52n])
			expect(refused(view(storage(form, storageId('0', count)), 0, [0], [1]))).toMatch(/elements/);
		expect(refused(view(storage(form, storageId('0', 4n, 'DoubleStorage')), 0, [1], [1]))).toMatch(
			form === 'zip' ? /found 16 bytes of elements, needed 32/ : /found the end of the file/,
		);
		const other = view(storage(form, storageId('1', 4n)), 0, [1], [1]);
		expect(refused(other)).toMatch(
			form === 'zip' ? /found no entry "net\/data\/1"/ : /needed a list of the keys of storages/,
		);
		expect(refused(view(storage(form, storageId('../0', 4n)), 0, [1], [1]))).toMatch(/^found/);
	});

	test('one storage cannot be of two types or lengths', () => {
		for (const id of [storageId('0', 2n, 'DoubleStorage'), storageId('0', 3n)])
			expect(
				refused(
					assembled('](', view(ofFour, 0, [1], [1]), view(storage(form, id), 0, [1], [1]), 'e'),
				),
			).toContain('with another type or length than before');
	});

	test.each<[string, bigint | number, (bigint | number)[], (bigint | number)[]]>([
		['more rows than there are', 0, [5], [1]],
		['an offset that is too far', 1, [4], [1]],
		['an offset beyond it, without elements', 5, [0], [1]],
		['a stride that leads out', 0, [2], [4]],
		['strides that lead out together', 0, [2, 2], [2, 3]],
		['a stride of 2^52', 0, [2], [2n ** 52n]],
		['a size of 2^31', 0, [2n ** 31n], [1]],
		['a product of 2^32', 0, [2n ** 16n, 2n ** 16n], [0, 0]],
		['a product of 2^64', 0, [2n ** 32n, 2n ** 32n], [0, 0]],
		['a product of 2^96', 0, [2n ** 32n, 2n ** 32n, 2n ** 32n], [0, 0, 0]],
		['a size of 2^53', 0, [2n ** 53n], [0]],
		['a size of 2^63', 0, [2n ** 63n], [0]],
		['an offset of 2^63', 2n ** 63n, [1], [1]],
		['an offset below 0', -1, [1], [1]],
		['a stride below 0', 3, [4], [-1]],
		['a size below 0', 0, [-1], [1]],
		['a stride too few', 0, [2, 2], [1]],
		['a stride too many', 0, [2], [1, 1]],
		['too many axes', 0, Array(100).fill(1), Array(100).fill(1)],
	])('a tensor with %s is refused', (_, offset, shape, strides) => {
		expect(refused(view(ofFour, offset, shape, strides))).toMatch(
			/^(in .*: )?found a (tensor|shape)/,
		);
	});

	test('a tensor never reads but what its storage holds', () => {
		const small = fc.nat({ max: 5 });
		fc.assert(
			fc.property(small, fc.array(fc.tuple(small, small), { maxLength: 3 }), (offset, axes) => {
				const [shape, strides] = [axes.map(([size]) => size), axes.map(([, stride]) => stride)];
				const expected: number[] = [];
				const indices = shape.reduce<number[][]>(
					(all, size) =>
						all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
					[[]],
				);
				for (const index of indices)
					expected.push(index.reduce((sum, i, axis) => sum + i * (strides[axis] ?? 0), offset));
				const bytes = checkpoint(form, view(ofFour, offset, shape, strides), { 0: four });
				const isWithin = expected.length > 0 ? Math.max(...expected) < 4 : offset <= 4;
				if (isWithin)
					expect([...(parsePyTorch(bytes, file) as Node).data()]).toEqual(
						expected.map((i) => i + 1),
					);
				else reasonOf(bytes);
			}),
			{ numRuns: 500 },
		);
	});

	test('tensors that take more than a file of its size can mean are refused, be it by one or by many', () => {
		const million = (count: number): Uint8Array =>
			assembled('](', ...Array.from({ length: count }, () => view(ofFour, 0, [2 ** 18], [0])), 'e');
		expect((reading(million(1)) as readonly Node[])[0]?.shape).toEqual([2 ** 18]);
		expect(refused(million(2))).toContain('found the same bytes used again and again');
		expect(refused(view(ofFour, 0, [2 ** 19], [0]))).toContain('used again and again');
	});

	const dictionary = 'ccollections\nOrderedDict\n)R';

	test('a tensor that would be changed by what follows its view is refused', () => {
		for (const rest of [
			assembled('\x89', dictionary, '}(', unicode('conj'), '\x88u'),
			assembled('\x89', dictionary, 'NN'),
			assembled('\x89}(K\x00Nu'),
			assembled('N', dictionary),
			'\x89N',
			'\x89]',
			'',
		])
			expect(refused(view(ofFour, 0, [1], [1], rest))).toContain(
				'found a call of torch._utils._rebuild_tensor_v2 with (',
			);
		expect(reading(view(ofFour, 0, [1], [1], `\x89${dictionary}}`))).toBeInstanceOf(Node);
	});

	test('what contains itself, and states of what has none, are refused', () => {
		expect(refused(assembled(dictionary, 'q\x00(K\x01h\x00u'), {})).toContain('contain themselves');
		expect(refused(assembled(']q\x00h\x00a'), {})).toContain('contain themselves');
		expect(refused(assembled(']}b'), {})).toContain('found a state for a list');
		expect(refused(assembled(dictionary, '}(', unicode('__class__'), 'Nub'), {})).toContain(
			'as the attributes of a dictionary',
		);
		expect(refused(assembled(view(ofFour, 0, [1], [1]), '}b'))).toContain('found a state for');
		for (const part of [
			ofFour,
			assembled('ctorch\nFloatStorage\n'),
			'ctorch._utils\n_rebuild_tensor\n',
		])
			expect(refused(part)).toMatch(
				/needed plain values and PyTorch's tensors|the keys of storages/,
			);
		expect(refused('ctorch\nFloatStorage\n)R', {})).toContain('needed something to call');
	});

	test('dictionaries of pairs, as Python 2 wrote them, are read; other calls of theirs refused', () => {
		const pairs = assembled(
			'ccollections\nOrderedDict\n](](',
			unicode('a'),
			'K\x01e](',
			unicode('b'),
			'K\x02ee\x85R',
		);
		expect(reading(pairs, {})).toEqual(
			new Map([
				['a', 1],
				['b', 2],
			]),
		);
		for (const args of [
			'K\x01\x85',
			'](K\x01e\x85',
			'](](K\x01K\x02K\x03ee\x85',
			']]\x86',
			'](](]K\x01ee\x85',
		])
			refused(`ccollections\nOrderedDict\n${args}R`, {});
		refused(assembled('ccollections\nOrderedDict\n](](K\x01K\x02e](K\x01K\x03ee\x85R'), {});
	});

	test('truth values are 0 and 1, and whole numbers fit', () => {
		const bytes = Uint8Array.of(0, 1, 2, 1);
		const of = (type: string, count: bigint): Uint8Array =>
			view(storage(form, storageId('0', count, type)), 0, [count], [1]);
		const bool =
			form === 'zip'
				? checkpoint(form, of('BoolStorage', 4n), { 0: bytes })
				: older(of('BoolStorage', 4n), { 0: bytes }, { counts: [4] });
		expect(reasonOf(bool)).toContain('found 2 as truth value 2, needed 0 or 1');
		const wide = new Uint8Array(BigInt64Array.of(2n ** 40n).buffer);
		const long =
			form === 'zip'
				? checkpoint(form, of('LongStorage', 1n), { 0: wide })
				: older(of('LongStorage', 1n), { 0: wide }, { counts: [1] });
		expect(reasonOf(long)).toContain('needed whole numbers that i32 holds');
	});
});

describe('the older form', () => {
	const one = floats(1);
	const of = (key: string): Uint8Array => view(storage('older', storageId(key, 1n)), 0, [1], [1]);
	const value = of('0');
	const both = assembled('](', value, of('1'), 'e');

	test.each<[string, Uint8Array, RegExp]>([
		[
			'another number',
			older(value, { 0: one }, { magic: Uint8Array.of(0x4b, 1) }),
			/found 1, needed the magic/,
		],
		[
			'another version',
			older(value, { 0: one }, { version: 1002 }),
			/found 1002, needed version 1001/,
		],
		[
			'the other byte order',
			older(value, { 0: one }, { machine: assembled('}(', unicode('little_endian'), '\x89u') }),
			/lowest byte first/,
		],
		['no byte order', older(value, { 0: one }, { machine: '}' }), /lowest byte first/],
		['no keys', older(value, { 0: one }, { keys: [] }), /needed a list of the keys of storages/],
		[
			'other keys',
			older(value, { 0: one }, { keys: ['1'] }),
			/needed a list of the keys of storages/,
		],
		[
			'a key twice',
			older(value, { 0: one }, { keys: ['0', '0'] }),
			/needed a list of the keys of storages/,
		],
		[
			'one key twice instead of two',
			older(both, { 0: one, 1: one }, { keys: ['0', '0'] }),
			/needed a list of the keys of storages/,
		],
		[
			'another count',
			older(value, { 0: one }, { counts: [2] }),
			/found a storage of 2 elements, needed 1/,
		],
		[
			'a count of 2^63',
			older(value, { 0: one }, { counts: [2n ** 63n] }),
			/found a storage of 9223372036854776000 elements/,
		],
		[
			'more bytes',
			older(value, { 0: one }, { end: '\x00' }),
			/found 1 bytes after the last storage/,
		],
		['a pickle alone', assembled(value, '.'), /outside of the file|found the name/],
		['a web page', assembled('<html>'), /found what looks like a web page, needed a checkpoint/],
		['nothing', new Uint8Array(0), /found the end of the file/],
	])('with %s is refused', (_, bytes, words) => {
		expect(reasonOf(bytes)).toMatch(words);
	});
});

describe('an archive', () => {
	const value = view(storage('zip', storageId('0', 2n)), 0, [2], [1]);
	const two = floats(1, 2);

	test('of the other byte order is read', () => {
		const swapped = Uint8Array.from(two);
		for (let i = 0; i < swapped.length; i += 4) swapped.subarray(i, i + 4).reverse();
		const order = (text: string): Record<string, Uint8Array> => ({ byteorder: assembled(text) });
		const big = archive(value, { 'data/0': swapped, ...order('big') });
		expect((parsePyTorch(big, file) as Node).toArray()).toEqual([1, 2]);
		const little = archive(value, { 'data/0': two, ...order('little') });
		expect((parsePyTorch(little, file) as Node).toArray()).toEqual([1, 2]);
		for (const text of ['', 'bigger', 'BIG', 'little\n', '\0'.repeat(10_000)])
			expect(reasonOf(archive(value, { 'data/0': two, ...order(text) }))).toContain('byte order');
	});

	test('without a pickle, with two, of a program, or of arrays is refused', () => {
		const data = { 'data/0': two };
		expect(reasonOf(archive(value, data, 'a/b'))).toContain('with 0 entries data.pkl');
		expect(reasonOf(archive(value, { ...data, 'constants.pkl': assembled('N.') }))).toContain(
			'a program of TorchScript',
		);
		expect(reasonOf(archive(value, {}))).toContain('found no entry "net/data/0"');
		expect(reasonOf(archive(value, { 'data/0': floats(1) }))).toContain(
			'found 4 bytes of elements, needed 8',
		);
		expect(reasonOf(archive(assembled(value, '.N'), data))).toContain(
			'after the end of the pickle',
		);
	});
});
