import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFileError, parseIdx, readIdx } from '../src/index.ts';
import { encodeIdx, idxHeader, temporaryFolder } from './idxFiles.ts';
import { errorOf, writer } from './refusedFiles.ts';

const pixels = (shape: readonly number[]): Uint8Array =>
	encodeIdx({
		dtype: 'u8',
		shape,
		data: Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 37) % 251),
	});

const join2 = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

describe('a file holds what its bytes hold', () => {
	test('plain, gzip, or gzip in several members', async () => {
		const write = writer();
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 3 }),
				fc.nat({ max: 99 }),
				async (shape, percent) => {
					const bytes = pixels(shape);
					const cut = Math.floor((percent * bytes.length) / 100);
					const members = join2(gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut)));
					for (const written of [bytes, gzipSync(bytes), members]) {
						expect(await readIdx(write(written))).toEqual(parseIdx(bytes, 'digits'));
					}
				},
			),
			{ numRuns: 20 },
		);
	});

	test('even when it is larger than any buffer on the way', async () => {
		const write = writer();
		const bytes = pixels([3_000_017]);
		for (const written of [bytes, gzipSync(bytes)]) {
			const { data } = await readIdx(write(written), { dtype: 'u8', rank: 1 });
			expect(Buffer.compare(data, bytes.subarray(8))).toBe(0);
		}
	});

	test('and zeros after gzip data are padding', async () => {
		const bytes = pixels([5]);
		const file = writer()(join2(gzipSync(bytes), new Uint8Array(512)));
		expect(await readIdx(file)).toEqual(parseIdx(bytes, 'digits'));
	});
});

describe('a damaged plain file is refused', () => {
	test('when it is a byte short or long, at the byte where it ends or should', async () => {
		const write = writer();
		const bytes = pixels([100]);
		const short = await errorOf(write(bytes.subarray(0, 107)));
		expect([short.offset, short.reason]).toEqual([
			107,
			'found 99 bytes of elements, needed 100 for shape [100] of u8',
		]);
		const long = await errorOf(write(join2(bytes, new Uint8Array(1))));
		expect([long.offset, long.reason]).toEqual([
			108,
			'found 101 bytes of elements, needed 100 for shape [100] of u8',
		]);
	});

	test('when it is empty, missing, a folder or a device', async () => {
		expect((await errorOf(writer()(new Uint8Array(0)))).offset).toBe(0);
		const folder = temporaryFolder();
		const missing = await errorOf(join(folder, 'none'));
		expect(missing.message).toBe(`${join(folder, 'none')}: no such file`);
		mkdirSync(join(folder, 'some'));
		expect((await errorOf(join(folder, 'some'))).reason).toMatch(/ordinary file/);
		expect((await errorOf('/dev/zero')).reason).toMatch(/no such file|ordinary file/);
	});

	test("when its name is long, with the end of the name and the system's reason", async () => {
		const file = `${'x'.repeat(600)}/digits`;
		const error = await errorOf(file);
		expect(error.file).toBe(file);
		expect(error.message).toMatch(/^\.\.\.x{490,}\/digits: cannot read it: ENAMETOOLONG: [a-z ]+$/);
	});

	test('when it is not what the caller needs', async () => {
		const file = writer()(pixels([4]));
		expect((await errorOf(file, { rank: 3 })).offset).toBe(3);
		expect((await errorOf(file, { dtype: 'f64' })).offset).toBe(2);
		expect((await errorOf(file, { limit: 11 })).reason).toBe('found 12 bytes, needed at most 11');
	});
});

/** How many bytes can be inflated before one cannot, by trying with ever more. */
function firstDamage(packed: Uint8Array): number {
	const inflates = (length: number): boolean => {
		try {
			gunzipSync(packed.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
			return true;
		} catch {
			return false;
		}
	};
	let length = 0;
	while (length < packed.length && inflates(length + 1)) length++;
	return length;
}

describe('a damaged gzip file is refused', () => {
	test('when it is cut off at any byte', async () => {
		const write = writer();
		const packed = gzipSync(pixels([40, 9]));
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 2, max: packed.length - 1 }), async (length) => {
				const error = await errorOf(write(packed.subarray(0, length)));
				expect(error.reason).toMatch(/gzip data is damaged: unexpected end of file/);
				expect(error.offset).toBe(length);
			}),
		);
	});

	test('when its checksum or its length is wrong', async () => {
		const write = writer();
		for (const fromEnd of [8, 4]) {
			const packed = gzipSync(pixels([400]));
			const at = packed.length - fromEnd;
			packed[at] = (packed[at] ?? 0) ^ 1;
			const error = await errorOf(write(packed));
			expect(error.reason).toMatch(/gzip data is damaged: incorrect (data|length) check/);
		}
	});

	test('at the byte that cannot be inflated, however far in it is, in good time', async () => {
		const write = writer();
		const bytes = pixels([3_000_017]);
		// Stored as they are, every byte is where it is in the data, and the blocks' lengths stand between them.
		const packed = gzipSync(bytes, { level: 0 });
		const crc = packed.length - 8;
		packed[crc] = (packed[crc] ?? 0) ^ 1;
		const checksum = await errorOf(write(packed));
		expect([checksum.offset, checksum.reason]).toEqual([
			crc + 3,
			expect.stringContaining('incorrect data check'),
		]);
		const cut = await errorOf(write(packed.subarray(0, 2_000_001)));
		expect(cut.offset).toBe(2_000_001);
		// The header, and the first block with its 5 bytes before: the next one's length and its complement.
		const next = 10 + 5 + (packed[11] ?? 0) + 256 * (packed[12] ?? 0);
		packed[next + 1] = (packed[next + 1] ?? 0) ^ 1;
		const block = await errorOf(write(packed));
		expect([block.offset, block.message]).toEqual([
			next + 4,
			expect.stringMatching(/at byte \d+: the gzip data is damaged: invalid stored block lengths/),
		]);
	});

	test('when anything but zeros follows', async () => {
		const file = writer()(join2(gzipSync(pixels([400])), new TextEncoder().encode('garbage')));
		expect((await errorOf(file)).reason).toMatch(/gzip data is damaged/);
	});

	test('with a typed error, whichever byte is changed', async () => {
		const write = writer();
		const bytes = pixels([40, 9]);
		const packed = gzipSync(bytes);
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 2, max: packed.length - 1 }),
				fc.integer({ min: 1, max: 255 }),
				async (at, flip) => {
					const damaged = Uint8Array.from(packed);
					damaged[at] = (damaged[at] ?? 0) ^ flip;
					try {
						// Some bytes of a gzip header (the time, the system) mean nothing to the data.
						expect(await readIdx(write(damaged))).toEqual(parseIdx(bytes, 'digits'));
					} catch (error) {
						if (!(error instanceof DataFileError)) throw error;
						// What is not the gzip format's own is found in what it holds.
						if (error.reason.includes('gzip data is damaged'))
							expect(error.offset).toBe(firstDamage(damaged));
						else expect(error.message).toContain('of the inflated data');
					}
				},
			),
		);
	});

	test('when the data inside is a byte short or long, at the byte of the inflated data', async () => {
		const write = writer();
		const bytes = pixels([100]);
		const short = await errorOf(write(gzipSync(bytes.subarray(0, 107))));
		expect([short.offset, short.message]).toEqual([
			107,
			expect.stringContaining('at byte 107 of the inflated data: found 99 bytes of elements'),
		]);
		const long = await errorOf(write(gzipSync(join2(bytes, new Uint8Array(1)))));
		expect([long.offset, long.reason]).toEqual([
			108,
			'found more bytes of elements, needed 100 for shape [100] of u8',
		]);
	});

	test('when it declares more than so few bytes can hold', async () => {
		const file = writer()(gzipSync(idxHeader(0x08, [190_000_000])));
		expect((await errorOf(file)).reason).toMatch(/more than a gzip file of \d+ bytes can hold/);
	});

	test('when it declares more than the caller accepts', async () => {
		const file = writer()(
			gzipSync(encodeIdx({ dtype: 'u8', shape: [999], data: new Uint8Array(999) })),
		);
		const error = await errorOf(file, { limit: 998 });
		expect(error.reason).toBe('found a declared size of 999 bytes, needed at most 998');
		expect((await readIdx(file, { limit: 999 })).shape).toEqual([999]);
	});

	test('when it is raw deflate, not gzip', async () => {
		expect((await errorOf(writer()(deflateRawSync(pixels([400]))))).offset).toBeLessThan(4);
	});
});

test('a limit that is no number of bytes is refused, not ignored', async () => {
	const file = writer()(pixels([5]));
	for (const limit of [Number.NaN, -1])
		await expect(readIdx(file, { limit })).rejects.toThrow(`readIdx: limit is ${limit}`);
	expect((await readIdx(file, { limit: Infinity })).shape).toEqual([5]);
});

describe('a checksum', () => {
	const bytes = pixels([7, 7]);
	const sha256 = createHash('sha256').update(bytes).digest('hex');

	test('accepts the bytes it was made of, packed or not', async () => {
		const write = writer();
		for (const written of [bytes, gzipSync(bytes)]) {
			expect((await readIdx(write(written), { sha256 })).shape).toEqual([7, 7]);
		}
	});

	test('may be written in capitals', async () => {
		const file = writer()(bytes);
		expect((await readIdx(file, { sha256: sha256.toUpperCase() })).shape).toEqual([7, 7]);
	});

	test('refuses any other bytes', async () => {
		const write = writer();
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 12, max: bytes.length - 1 }), async (at) => {
				const changed = Uint8Array.from(bytes);
				changed[at] = (changed[at] ?? 0) ^ 1;
				expect((await errorOf(write(changed), { sha256 })).reason).toContain(`needed ${sha256}`);
			}),
			{ numRuns: 10 },
		);
	});
});
