import { deflateRawSync } from 'node:zlib';
import { tensor } from '@pullback/core';
import { describe, expect, test } from 'vitest';
import { DataFileError, formatNpz, parseNpz } from '../src/index.ts';
import { crc32 } from '../src/zip/crc32.ts';
import { lying } from './archives.ts';
import { assembled, littleEndian } from './assembled.ts';
import { type Kind, refusal } from './tensorFiles.ts';

// Files that no writer makes: each is refused by a typed error that names file and byte.

function refused(kind: Kind, bytes: Uint8Array): string {
	const error = refusal(kind, bytes);
	expect(error).toBeInstanceOf(DataFileError);
	expect(error?.message).toMatch(/^weights: at byte \d+( of the inflated data)?: (in .*: )?found /);
	expect(error?.offset).toBeGreaterThanOrEqual(0);
	expect(error?.offset).toBeLessThanOrEqual(bytes.length);
	return error?.reason ?? '';
}

/** A file of safetensors with any header, and so many bytes after it. */
function safetensors(header: string | Uint8Array, data = 0, length?: bigint): Uint8Array {
	const bytes = Buffer.from(header);
	return assembled(littleEndian(length ?? bytes.length, 8), bytes, new Uint8Array(data));
}

const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32'): string =>
	`{"dtype":${JSON.stringify(dtype)},"shape":${JSON.stringify(shape)},"data_offsets":${JSON.stringify(offsets)}}`;
const one = entry([2], [0, 8]);

describe('safetensors', () => {
	test.each<[string, Uint8Array, RegExp]>([
		['no bytes', new Uint8Array(0), /end of the file, needed 8 bytes/],
		['7 bytes', new Uint8Array(7), /end of the file, needed 8 bytes/],
		['no header', new Uint8Array(8), /no header of safetensors/],
		['a header beyond the file', safetensors('{}', 0, 3n), /needed 3 bytes from byte 8/],
		['a header of 2^63 bytes', safetensors('{}', 0, 2n ** 63n), /at most 100000000/],
		['a header of 2^64 - 1 bytes', safetensors('{}', 0, 2n ** 64n - 1n), /at most 100000000/],
		['a header of 100,000,001 bytes', safetensors('{}', 0, 100_000_001n), /at most 100000000/],
		['a web page', Buffer.from('<!DOCTYPE html><html></html>'), /at most 100000000/],
		['a header that is no JSON', safetensors('hello'), /no header of safetensors/],
		['null', safetensors('null'), /no header of safetensors/],
		['an array', safetensors('[]'), /no header of safetensors/],
		['a byte order mark', safetensors('\ufeff{}'), /no header of safetensors/],
		['space before the header', safetensors(' {}'), /no header of safetensors/],
		['a header without its end', safetensors('{'), /end of the header, needed a string/],
		['a comma at the end', safetensors(`{"a":${one},}`, 8), /found }, needed a string/],
		['no comma', safetensors(`{"a":${one} "b":${one}}`, 8), /found ", needed }/],
		['no colon', safetensors(`{"a"${one}}`, 8), /found {, needed :/],
		['something after the header', safetensors('{}x'), /found x, needed nothing more/],
		['NUL characters after the header', safetensors('{}\0'), /found byte 0, needed nothing more/],
		['the same name twice', safetensors(`{"a":${one},"a":${one}}`, 8), /the name "a" twice/],
		[
			'the same name with an escape',
			safetensors(`{"a":${one},"\\u0061":${one}}`, 8),
			/the name "a" twice/,
		],
		[
			'a name like a property twice',
			safetensors(`{"__proto__":${one},"__proto__":${one}}`, 8),
			/twice/,
		],
		['the metadata twice', safetensors('{"__metadata__":{},"__metadata__":{}}'), /twice/],
		['a text of the metadata twice', safetensors('{"__metadata__":{"a":"","a":""}}'), /twice/],
		['a field twice', safetensors('{"a":{"dtype":"F32","dtype":"F32"}}'), /the name "dtype" twice/],
		['a name that is not UTF-8', safetensors(assembled('{"', 0xff, '":1}')), /not UTF-8/],
		['a name of half a character', safetensors('{"\\ud800":1}'), /half of a surrogate pair/],
		['a wrong escape', safetensors('{"\\x41":1}'), /wrong escape/],
		['an escape without its end', safetensors('{"\\'), /no end of a string/],
		['a line break in a name', safetensors('{"a\nb":1}'), /control character 10/],
		['metadata of numbers', safetensors('{"__metadata__":{"a":1}}'), /found 1, needed a string/],
		['metadata that is no object', safetensors('{"__metadata__":null}'), /found n, needed {/],
		['deep metadata', safetensors(`{"__metadata__":{"a":${'['.repeat(100_000)}`), /found \[/],
		[
			'a deep shape',
			safetensors(`{"a":{"shape":${'['.repeat(100_000)}`),
			/found \[, needed a whole/,
		],
		['a deep tensor', safetensors('{"a":'.repeat(100_000)), /the field "a"/],
		['a tensor that is a number', safetensors('{"a":1}'), /found 1, needed { for the tensor "a"/],
		['an unknown field', safetensors('{"a":{"device":"cpu"}}'), /the field "device"/],
		['a missing field', safetensors('{"a":{"dtype":"F32","shape":[2]}}', 8), /too few fields/],
		['no fields', safetensors('{"a":{}}'), /too few fields/],
		['an unknown dtype', safetensors(`{"a":${entry([2], [0, 8], 'F31')}}`, 8), /the dtype "F31"/],
		['a dtype of complex numbers', safetensors(`{"a":${entry([1], [0, 8], 'C64')}}`, 8), /"C64"/],
		[
			'a property as a dtype',
			safetensors(`{"a":${entry([2], [0, 8], 'constructor')}}`, 8),
			/the dtype "constructor"/,
		],
		[
			'__proto__ as a dtype',
			safetensors(`{"a":${entry([2], [0, 8], '__proto__')}}`, 8),
			/the dtype "__proto__"/,
		],
		[
			'a number as a dtype',
			safetensors(`{"a":${entry([2], [0, 8], 32)}}`, 8),
			/found 3, needed a string/,
		],
		['a negative size', safetensors(`{"a":${entry([-2], [0, 8])}}`, 8), /found -, needed a whole/],
		['a fractional size', safetensors(`{"a":${entry([2.5], [0, 8])}}`, 8), /found \., needed \]/],
		['a size with an exponent', safetensors('{"a":{"shape":[2e0]}}', 8), /found e, needed \]/],
		['a size that begins with 0', safetensors('{"a":{"shape":[02]}}', 8), /begins with 0/],
		['a size of text', safetensors(`{"a":${entry(['2'], [0, 8])}}`, 8), /found ", needed a whole/],
		[
			'a shape that is a number',
			safetensors(`{"a":${entry(2, [0, 8])}}`, 8),
			/needed \[ for a shape/,
		],
		[
			'a shape of 65 axes',
			safetensors(`{"a":${entry(new Array(65).fill(1), [0, 4])}}`, 4),
			/no tensor has/,
		],
		[
			'a shape of a million axes',
			safetensors(`{"a":${entry(new Array(1e6).fill(1), [0, 4])}}`, 4),
			/more than 65/,
		],
		[
			'a shape of 2^64 elements',
			safetensors(`{"a":${entry([65536, 65536, 65536, 65536], [0, 0])}}`),
			/no tensor has/,
		],
		['a size of 2^64 - 2', safetensors('{"a":{"shape":[18446744073709551614]}}'), /20 digits/],
		[
			'a size of 2^53 and none',
			safetensors(`{"a":${entry([2 ** 52, 0], [0, 0])}}`),
			/no tensor has/,
		],
		[
			'an offset of 2^64 - 2',
			safetensors('{"a":{"data_offsets":[0,18446744073709551614]}}'),
			/20 digits/,
		],
		[
			'a negative offset',
			safetensors(`{"a":${entry([2], [-8, 0])}}`, 8),
			/found -, needed a whole/,
		],
		[
			'a fractional offset',
			safetensors(`{"a":${entry([2], [0.5, 8.5])}}`, 8),
			/found \., needed \]/,
		],
		[
			'one offset',
			safetensors(`{"a":${entry([2], [8])}}`, 8),
			/the data_offsets \[8\], needed two/,
		],
		['three offsets', safetensors(`{"a":${entry([2], [0, 8, 8])}}`, 8), /more than 2 numbers/],
		[
			'offsets in reverse',
			safetensors(`{"a":${entry([2], [8, 0])}}`, 8),
			/\[8, 0\], needed two in order/,
		],
		[
			'too few bytes for the shape',
			safetensors(`{"a":${entry([3], [0, 8])}}`, 8),
			/needed 12 for shape \[3\] of F32/,
		],
		[
			'too many bytes for the shape',
			safetensors(`{"a":${entry([1], [0, 8])}}`, 8),
			/needed 4 for shape \[1\] of F32/,
		],
		[
			'too few bytes for the dtype',
			safetensors(`{"a":${entry([2], [0, 8], 'F64')}}`, 8),
			/needed 16/,
		],
		[
			'two tensors in one place',
			safetensors(`{"a":${one},"b":${one}}`, 8),
			/"b" from byte \d+, needed one from/,
		],
		[
			'tensors that overlap in part',
			safetensors(`{"a":${one},"b":${entry([2], [4, 12])}}`, 12),
			/needed one from byte/,
		],
		[
			'a hole between tensors',
			safetensors(`{"a":${one},"b":${entry([2], [12, 20])}}`, 20),
			/needed one from byte/,
		],
		[
			'a hole before the first',
			safetensors(`{"a":${entry([2], [4, 12])}}`, 12),
			/needed one from byte/,
		],
		[
			'nothing inside of a tensor',
			safetensors(`{"a":${one},"b":${entry([0], [4, 4])}}`, 8),
			/needed one from byte/,
		],
		['a byte too few', safetensors(`{"a":${one}}`, 7), /end of the file, needed 8 bytes/],
		['a byte too many', safetensors(`{"a":${one}}`, 9), /found 1 bytes after the last tensor/],
		['bytes of no tensor', safetensors('{}', 1), /found 1 bytes after the last tensor/],
		[
			'2 as a truth value',
			assembled(safetensors(`{"a":${entry([1], [0, 1], 'BOOL')}}`), 2),
			/found 2 as truth value 0/,
		],
	])('%s', (_, bytes, words) => {
		expect(refused('safetensors', bytes)).toMatch(words);
	});

	test('more tensors than any model has', () => {
		const none = entry([0], [0, 0]);
		const header = `{${Array.from({ length: 100_002 }, (_, i) => `"${i}":${none}`).join(',')}}`;
		expect(refused('safetensors', safetensors(header))).toMatch(
			/more than 100001 names in the header/,
		);
	});
});

/** A file of numpy.save with any header, and so many bytes after it. */
function npy(header: string | Uint8Array, data = 0, version = 1, length?: number): Uint8Array {
	const bytes = Buffer.from(header);
	const lengthBytes = littleEndian(length ?? bytes.length, version === 1 ? 2 : 4);
	return assembled('\x93NUMPY', version, 0, lengthBytes, bytes, new Uint8Array(data));
}

const dictionary = (shape: string, descr = "'<f4'", order = 'False'): string =>
	`{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe('npy', () => {
	test.each<[string, Uint8Array, RegExp]>([
		['no bytes', new Uint8Array(0), /end of the file, needed 8 bytes/],
		['another beginning', assembled('\x93NUMPX', 1, 0, 0, 0), /no array of numpy\.save/],
		['version 0', npy(dictionary('(2,)'), 8, 0), /version 0\.0/],
		['version 4', npy(dictionary('(2,)'), 8, 4), /version 4\.0/],
		['version 1.1', assembled('\x93NUMPY', 1, 1, 0, 0), /version 1\.1/],
		['a header beyond the file', npy(dictionary('(2,)'), 0, 1, 900), /end of the file, needed 900/],
		['a shorter header', npy(dictionary('(2,)'), 8, 1, 20), /found/],
		['a header over 10,000 bytes', npy(dictionary('(2,)').padEnd(10_001), 8), /at most 10000/],
		['a header of 4 GiB', npy('', 0, 2, 2 ** 32 - 1), /at most 10000/],
		['no header', npy(''), /end of the header, needed {/],
		['code', npy('__import__("os").system("true")'), /needed {/],
		[
			'code as a shape',
			npy(dictionary('(print(2),)'), 8),
			/found "print\(2\),\), }.*needed a whole number/,
		],
		[
			'code as a type',
			npy(dictionary('(2,)', "str('<f4')"), 8),
			/needed a string for a plain type/,
		],
		['a list of sizes', npy(dictionary('[2]'), 8), /needed \( for a shape/],
		['a size alone', npy(dictionary('(2)'), 8), /needed a comma/],
		['a negative size', npy(dictionary('(-2,)'), 8), /needed a whole number/],
		['a fractional size', npy(dictionary('(2.0,)'), 8), /needed a whole number/],
		['a size of 2^63', npy(dictionary('(9223372036854775808,)'), 8), /19 digits/],
		['a shape of 2^64 elements', npy(dictionary('(65536, 65536, 65536, 65536)')), /no tensor has/],
		['a shape of 65 axes', npy(dictionary(`(${'1, '.repeat(65)})`), 4), /no tensor has/],
		['a shape of many axes', npy(dictionary(`(${'1, '.repeat(3000)})`), 4), /more than 65/],
		['a deep shape', npy(dictionary('('.repeat(9000)), 4), /needed a whole number/],
		['a deep type', npy(dictionary('(2,)', '['.repeat(9000)), 8), /needed a string/],
		['records', npy(dictionary('(2,)', "[('a', '<f4')]"), 8), /needed a string for a plain type/],
		['objects', npy(dictionary('(2,)', "'|O'"), 16), /dtype "O" \(Python's objects\)/],
		[
			'a type without an order',
			npy(dictionary('(2,)', "'f4'"), 8),
			/type "f4", needed one with its byte order/,
		],
		[
			'a type of no order',
			npy(dictionary('(2,)', "'|f4'"), 8),
			/type "\|f4", needed one with its byte order/,
		],
		['a property as a type', npy(dictionary('(2,)', "'<constructor'"), 8), /dtype "constructor"/],
		['an escape in a type', npy(dictionary('(2,)', "'\\x3cf4'"), 8), /an escape/],
		['another truth value', npy(dictionary('(2,)', "'<f4'", 'None'), 8), /needed True or False/],
		['a number as a truth value', npy(dictionary('(2,)', "'<f4'", '0'), 8), /needed True or False/],
		['a missing key', npy("{'descr': '<f4', 'fortran_order': False}", 4), /a key too few/],
		['another key', npy(`{'x': 1, ${dictionary('(2,)').slice(1)}`, 8), /the key "x", needed/],
		[
			'a key twice',
			npy(`{'descr': '<f8', ${dictionary('(2,)').slice(1)}`, 8),
			/the key "descr" twice/,
		],
		[
			'a shape twice',
			npy(`{'shape': (2,), ${dictionary('(2,)').slice(1)}`, 8),
			/the key "shape" twice/,
		],
		[
			'something after the dictionary',
			npy(`${dictionary('(2,)')}x`, 8),
			/needed the end of the header/,
		],
		['letters beyond ASCII', npy(dictionary('(2,)', "'é'"), 8, 3), /needed a string/],
		['a byte too few', npy(dictionary('(2,)'), 7), /found 7 bytes of elements, needed 8/],
		['a byte too many', npy(dictionary('(2,)'), 9), /found 9 bytes of elements, needed 8/],
		[
			'2 as a truth value',
			assembled(npy(dictionary('()', "'|b1'")), 2),
			/found 2 as truth value 0/,
		],
	])('%s', (_, bytes, words) => {
		expect(refused('npy', bytes)).toMatch(words);
	});
});

describe('npz', () => {
	const x = tensor([1, 2, 3]);

	test('an entry that is no array is refused, in its own name', () => {
		const text = Buffer.from(formatNpz({ x })).toString('latin1');
		const renamed = Buffer.from(text.replaceAll('x.npy', 'x.txt'), 'latin1');
		expect(refused('npz', renamed)).toMatch(/the entry "x\.txt", needed arrays alone/);
	});

	test('a damaged array is refused by its entry, at its byte of the file', () => {
		// Where the checksum is that of the damage.
		const entry = assembled(npy(dictionary('(2,)', "'|O'"), 8));
		const archive = zipOf(entry, entry, 0);
		const error = refusal('npz', archive);
		expect(error?.message).toMatch(
			/^weights: at byte 45: in the entry "x\.npy": found arrays of dtype "O"/,
		);
		const deflated = refusal('npz', zipOf(entry, deflateRawSync(entry), 8));
		expect(deflated?.message).toMatch(
			/at byte 10 of the inflated data: in the entry "x\.npy": found/,
		);
	});

	test('what inflates to more than the limit is refused, and read where the limit is higher', () => {
		const entry = assembled(npy(dictionary('(30000000,)', "'|u1'"), 30_000_000));
		const archive = zipOf(entry, deflateRawSync(entry), 8);
		expect(refused('npz', archive)).toMatch(/compressed entries that hold 300000\d\d bytes/);
		const arrays = parseNpz(archive, 'weights', { maxInflatedBytes: 31_000_000 });
		expect(arrays.get('x')?.shape).toEqual([30_000_000]);
	});
});

/** An archive of the entry x.npy. */
function zipOf(entry: Uint8Array, stored: Uint8Array, method: number): Uint8Array {
	return lying([{ name: 'x.npy', bytes: stored, method, size: entry.length, crc: crc32(entry) }]);
}
