import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFileError, type Idx, type IdxType, parseIdx } from '../src/index.ts';
import { encodeIdx, idxHeader } from './idxFiles.ts';

const shapes = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 });

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const arraysOf: { readonly [T in IdxType]: (length: number) => fc.Arbitrary<Idx['data']> } = {
	u8: (length) => fc.uint8Array({ minLength: length, maxLength: length }),
	i8: (length) => fc.int8Array({ minLength: length, maxLength: length }),
	i16: (length) => fc.int16Array({ minLength: length, maxLength: length }),
	i32: (length) => fc.int32Array({ minLength: length, maxLength: length }),
	f32: (length) => fc.float32Array({ minLength: length, maxLength: length }),
	f64: (length) => fc.float64Array({ minLength: length, maxLength: length }),
};

const files: fc.Arbitrary<Idx> = fc
	.tuple(fc.constantFrom<IdxType>('u8', 'i8', 'i16', 'i32', 'f32', 'f64'), shapes)
	.chain(([dtype, shape]) =>
		arraysOf[dtype](product(shape)).map((data) => ({ dtype, shape, data })),
	);

/** The error that `bytes` give, which must be a typed one. */
function errorOf(bytes: Uint8Array, expected: Parameters<typeof parseIdx>[2] = {}): DataFileError {
	try {
		parseIdx(bytes, 'digits', expected);
	} catch (error) {
		if (error instanceof DataFileError) return error;
		throw error;
	}
	throw new Error('the bytes were accepted');
}

describe('reading undoes writing', () => {
	test('for any element type, shape and elements', () => {
		fc.assert(
			fc.property(files, (file) => {
				expect(parseIdx(encodeIdx(file), 'digits')).toEqual(file);
			}),
		);
	});

	test('wherever the bytes lie in their buffer', () => {
		fc.assert(
			fc.property(files, fc.nat({ max: 9 }), (file, shift) => {
				const bytes = encodeIdx(file);
				const shifted = new Uint8Array(bytes.length + 2 * shift);
				shifted.set(bytes, shift);
				const view = shifted.subarray(shift, shift + bytes.length);
				expect(parseIdx(view, 'digits')).toEqual(file);
			}),
		);
	});

	test('and the result does not change with the bytes it was read from, be they a Buffer', () => {
		fc.assert(
			fc.property(files, fc.boolean(), (file, isBuffer) => {
				const bytes = isBuffer ? Buffer.from(encodeIdx(file)) : encodeIdx(file);
				const read = parseIdx(bytes, 'digits');
				bytes.fill(99);
				expect(read).toEqual(file);
			}),
		);
	});
});

describe('a file that does not hold exactly what it declares is refused', () => {
	test('when any number of bytes is missing at the end, at the byte where it ends', () => {
		fc.assert(
			fc.property(
				files,
				fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
				(file, cut) => {
					const bytes = encodeIdx(file);
					const short = bytes.subarray(0, Math.floor(cut * bytes.length));
					expect(errorOf(short).offset).toBe(short.length);
				},
			),
		);
	});

	test('when anything follows, at the first byte too many', () => {
		fc.assert(
			fc.property(files, fc.uint8Array({ minLength: 1, maxLength: 9 }), (file, more) => {
				const bytes = encodeIdx(file);
				expect(errorOf(new Uint8Array([...bytes, ...more])).offset).toBe(bytes.length);
			}),
		);
	});

	test.each([
		['2^32', [65536, 65536]],
		['beyond 2^53', [65536, 65536, 65536, 65536]],
		['2^96', [2 ** 31, 2 ** 31, 2 ** 31, 8]],
		['2^96 and a multiple of 2^32', [2 ** 24, 2 ** 24, 2 ** 24, 2 ** 24]],
	])('when the sizes multiply to %s', (_, shape) => {
		const error = errorOf(idxHeader(0x08, shape));
		expect(error.offset).toBe(4 + 4 * shape.length);
		const declared = shape.reduce((total, size) => total * BigInt(size), 1n);
		expect(error.message).toContain(`found 0 bytes of elements, needed ${declared}`);
	});
});

describe('a damaged header', () => {
	test('is a typed error or a smaller change of meaning, never another failure', () => {
		fc.assert(
			fc.property(
				files,
				fc.nat({ max: 40 }),
				fc.integer({ min: 0, max: 255 }),
				(file, at, value) => {
					const bytes = encodeIdx(file);
					if (at < 4 + 4 * file.shape.length) bytes[at] = value;
					try {
						const { shape, data } = parseIdx(bytes, 'digits');
						expect(data.length).toBe(product(shape));
					} catch (error) {
						expect(error).toBeInstanceOf(DataFileError);
					}
				},
			),
		);
	});

	test('or no header at all gives a typed error that names the file', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
				try {
					parseIdx(bytes, 'digits');
				} catch (error) {
					expect(error).toBeInstanceOf(DataFileError);
					expect(String(error)).toMatch(/^DataFileError: digits: at byte \d+: found .*, needed /);
				}
			}),
		);
	});

	const text = (value: string): Uint8Array => new TextEncoder().encode(value);
	test.each<[string, Uint8Array, number, string]>([
		['an empty file', new Uint8Array(0), 0, 'the end after 0 bytes'],
		['fewer bytes than a magic number', Uint8Array.of(0, 0, 8), 3, 'the end after 3 bytes'],
		['a first byte that is not zero', Uint8Array.of(1, 0, 8, 1), 0, '01 00 08 01'],
		['a second byte that is not zero', Uint8Array.of(0, 7, 8, 1), 1, '00 07 08 01'],
		['an unknown element type', Uint8Array.of(0, 0, 0x0a, 1), 2, 'element type 0a'],
		['no dimensions', Uint8Array.of(0, 0, 8, 0), 3, '0 dimensions'],
		['255 dimensions', idxHeader(8, Array(255).fill(1)), 3, '255 dimensions'],
		['an end within the sizes', Uint8Array.of(0, 0, 8, 3, 0, 0, 0), 7, 'header of 16 bytes'],
		['reversed byte order', Uint8Array.of(3, 8, 0, 0, 1, 0, 0, 0), 0, 'byte order is reversed'],
		['a web page', text('<!doctype html><html>'), 0, 'looks like a web page'],
		['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0), 0, 'this is gzip'],
	])('with %s is refused at the byte where it goes wrong', (_, bytes, offset, found) => {
		const error = errorOf(bytes);
		expect(error.offset).toBe(offset);
		expect(error.reason).toContain(found);
		expect(error.message).toBe(`digits: at byte ${offset}: ${error.reason}`);
	});

	test('whose sizes are in reversed byte order is refused', () => {
		expect(errorOf(Uint8Array.of(0, 0, 8, 1, 2, 0, 0, 0, 5, 5)).reason).toBe(
			'found 2 bytes of elements, needed 33554432 for shape [33554432] of u8',
		);
	});
});

describe('what the caller needs', () => {
	const labels = encodeIdx({ dtype: 'u8', shape: [3], data: Uint8Array.of(1, 2, 3) });

	test('is an error when labels lie where images belong', () => {
		const error = errorOf(labels, { dtype: 'u8', rank: 3 });
		expect(error.offset).toBe(3);
		expect(error.reason).toContain('found 1 dimensions, needed 3');
	});

	test('is an error when the elements are of another type', () => {
		const error = errorOf(labels, { dtype: 'f32' });
		expect(error.offset).toBe(2);
		expect(error.reason).toBe('found elements of type u8, needed f32');
	});
});
