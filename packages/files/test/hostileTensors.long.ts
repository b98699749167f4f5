// Takes half a minute: npx vitest run --mode long packages/files
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DataFileError, parseNpy, parseNpz, parseSafetensors } from '../src/index.ts';
import { crc32 } from '../src/zip/crc32.ts';
import { type Lies, lying } from './archives.ts';
import { assembled, littleEndian } from './assembled.ts';
import type { Kind } from './tensorFiles.ts';

// Few bytes that claim many, and many that mean little.

const parse = { npy: parseNpy, npz: parseNpz, safetensors: parseSafetensors };

/** Reads a file, which may be refused by a typed error alone. */
function readOrRefused(kind: Kind, bytes: Uint8Array): void {
	try {
		parse[kind](bytes, 'weights');
	} catch (error) {
		expect(error).toBeInstanceOf(DataFileError);
	}
}

const safetensors = (header: string | Uint8Array): Uint8Array =>
	assembled(littleEndian(Buffer.byteLength(header), 8), Buffer.from(header));

const npy = (shape: string, descr: string): Uint8Array => {
	const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;
	return assembled('\x93NUMPY', 1, 0, littleEndian(header.length, 2), header);
};

/** The entry of an archive that inflates to an array of zeros. */
const deflated = (name: string, count: number, descr: string, bytes: number): Lies => {
	const array = assembled(npy(`(${count},)`, descr), new Uint8Array(count * bytes));
	const stored = deflateRawSync(array);
	return { name, bytes: stored, method: 8, size: array.length, crc: crc32(array) };
};

const none = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
const tensors = (count: number): Uint8Array =>
	safetensors(`{${Array.from({ length: count }, (_, i) => `"${i}":${none}`).join(',')}}`);

test.each<[string, Kind, () => Uint8Array]>([
	[
		'an archive that tells 1,000 bytes of 250 MB',
		'npz',
		() => lying([{ ...deflated('x.npy', 250_000_000, '|u1', 1), size: 1000 }]),
	],
	['an archive that tells 250 MB', 'npz', () => lying([deflated('x.npy', 250_000_000, '|u1', 1)])],
	[
		'an archive of zeros, each of which becomes four',
		'npz',
		() => lying([deflated('x.npy', 2 ** 24, '|i1', 1)]),
	],
	['an archive of truth values', 'npz', () => lying([deflated('x.npy', 2 ** 24, '|b1', 1)])],
	[
		'an archive of many large arrays',
		'npz',
		() => {
			const entry = deflated('', 2 ** 20, '|i1', 1);
			return lying(Array.from({ length: 1000 }, (_, i) => ({ ...entry, name: `${i}.npy` })));
		},
	],
	[
		'an archive of 50,000 arrays',
		'npz',
		() => {
			const array = npy('(0,)', '<f4');
			const entry = { bytes: array, crc: crc32(array) };
			return lying(Array.from({ length: 50_000 }, (_, i) => ({ ...entry, name: `${i}.npy` })));
		},
	],
	[
		'an archive of 60,000 names of one place',
		'npz',
		() => lying(Array.from({ length: 60_000 }, (_, i) => ({ name: `${i}.npy`, offset: 0 }))),
	],
	['an array of 2^31 - 1 elements', 'npy', () => npy('(2147483647,)', '<f8')],
	['a shape of thousands of sizes', 'npy', () => npy(`(${'1,'.repeat(4900)})`, '<f8')],
	['20,000 tensors', 'safetensors', () => tensors(20_000)],
	['100,000 tensors', 'safetensors', () => tensors(100_000)],
	['a million tensors', 'safetensors', () => tensors(1_000_000)],
	[
		'a tensor of many axes',
		'safetensors',
		() => safetensors(`{"a":{"shape":[${'1,'.repeat(20_000_000)}1]}}`),
	],
	['a deep header', 'safetensors', () => safetensors('{"a":'.repeat(5_000_000))],
	['a name without an end', 'safetensors', () => safetensors(`{"${'a'.repeat(50_000_000)}`)],
	['a header of space', 'safetensors', () => safetensors(`{${' '.repeat(90_000_000)}`)],
	[
		'a long text',
		'safetensors',
		() => safetensors(`{"__metadata__":{"a":"${'\\u0061'.repeat(2_000_000)}"}}`),
	],
	[
		'many texts',
		'safetensors',
		() =>
			safetensors(
				`{"__metadata__":{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":""`).join(',')}}}`,
			),
	],
	[
		'a number without an end',
		'safetensors',
		() => safetensors(`{"a":{"shape":[${'1'.repeat(50_000_000)}`),
	],
])('%s: read or refused in 2 seconds of work and 256 MB', (_, kind, make) => {
	const bytes = make();
	const before = process.memoryUsage.rss();
	const start = process.cpuUsage();
	readOrRefused(kind, bytes);
	const { user, system } = process.cpuUsage(start);
	const [seconds, memory] = [(user + system) / 1e6, process.memoryUsage.rss() - before];
	expect(seconds).toBeLessThan(2);
	expect(memory).toBeLessThan(256e6);
});

test('more tensors than any model has, and more texts, are refused', () => {
	expect(() => parseSafetensors(tensors(100_002), 'weights')).toThrow(
		'found more than 100001 names in the header',
	);
	const texts = Array.from({ length: 100_001 }, (_, i) => `"${i}":""`).join(',');
	expect(() => parseSafetensors(safetensors(`{"__metadata__":{${texts}}}`), 'weights')).toThrow(
		'found more than 100000 names in the metadata',
	);
});
