import { deflateSync } from 'node:zlib';
import { tensor } from '@pullback/core';
import { DataFileError } from '@pullback/files';
import fc from 'fast-check';
import { decode, encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { decodePng, encodePng } from '../../src/index.ts';
import {
	chunk,
	filteredRows,
	header,
	samplesPerPixel,
	signature,
	type TestPicture,
	writePng,
} from './pngFiles.ts';

/** Every colour type with its depths. */
const forms = [
	[0, [1, 2, 4, 8, 16]],
	[2, [8, 16]],
	[3, [1, 2, 4, 8]],
	[4, [8, 16]],
	[6, [8, 16]],
] as const;

/** Pictures of all forms, from one pixel on; sides around 8 reach passes of Adam7 that are empty. */
const pictures: fc.Arbitrary<TestPicture> = fc
	.tuple(
		fc.constantFrom(...forms),
		fc.integer({ min: 1, max: 10 }),
		fc.integer({ min: 1, max: 10 }),
	)
	.chain(([[color, depths], width, height]) =>
		fc.constantFrom(...depths).chain((depth) => {
			const count = width * height * samplesPerPixel[color];
			const sample = fc.integer({ min: 0, max: 2 ** depth - 1 });
			const bytes = (length: number) =>
				fc.array(fc.nat(255), { minLength: length, maxLength: length });
			return fc.record({
				width: fc.constant(width),
				height: fc.constant(height),
				depth: fc.constant(depth),
				color: fc.constant(color),
				interlaced: fc.boolean(),
				samples: fc.array(sample, { minLength: count, maxLength: count }),
				filters: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
				...(color === 3 && {
					palette: bytes(3 * 2 ** depth),
					transparency: fc.nat(2 ** depth - 1).chain((length) => bytes(length + 1)),
				}),
			});
		}),
	);

/** What each sample of a picture is, from 0 to 1. */
function meaning({
	color,
	depth,
	samples,
	palette = [],
	transparency = [],
}: TestPicture): number[] {
	if (color !== 3) return samples.map((sample) => Math.fround(sample / (2 ** depth - 1)));
	return samples.flatMap((index) =>
		[...palette.slice(3 * index, 3 * index + 3), transparency[index] ?? 255].map((byte) =>
			Math.fround(byte / 255),
		),
	);
}

describe('what a PNG file holds is read, whatever its form', () => {
	test('depth, colours, palette, filters, interlacing', () => {
		fc.assert(
			fc.property(pictures, (picture) => {
				const { width, height, color } = picture;
				const image = decodePng(writePng(picture), 'test.png');
				const channels = color === 3 ? 4 : samplesPerPixel[color];
				expect(image.shape).toEqual([height, width, channels]);
				expect([...image.data()]).toEqual(meaning(picture));
			}),
			{ numRuns: 80 },
		);
	});

	test('where two neighbours foretell a byte equally well, the specification says which', () => {
		const steps = [0, 1, 2, 3, 4];
		const form = { width: 2, height: 2, depth: 8, color: 0, interlaced: false } as const;
		for (const corner of steps)
			for (const above of steps)
				for (const left of steps) {
					const samples = [corner, above, left, 9];
					const file = writePng({ ...form, samples, filters: [4] });
					const read = decodePng(file, 'test.png', { dtype: 'u8' }).data();
					expect([...read]).toEqual(samples);
				}
	});

	test('one colour is transparent, and no other', () => {
		const grey = {
			width: 3,
			height: 1,
			depth: 4,
			color: 0,
			interlaced: false,
			filters: [0],
		} as const;
		const image = decodePng(
			writePng({ ...grey, samples: [15, 7, 0], transparency: [0, 7] }),
			'test.png',
			{ dtype: 'u8' },
		);
		expect(image.toArray()).toEqual([
			[
				[255, 255],
				[119, 0],
				[0, 255],
			],
		]);
		const colored = { ...grey, depth: 16, color: 2, width: 2 } as const;
		const samples = [1, 2, 3, 1, 2, 4];
		const transparency = [0, 1, 0, 2, 0, 3];
		const alphas = decodePng(writePng({ ...colored, samples, transparency }), 'test.png').slice(0);
		expect(alphas.slice([0, 2], 3).toArray()).toEqual([0, 1]);
	});

	test.each([false, true])(
		'as another program reads and writes it; interlaced: %s',
		(interlaced) => {
			fc.assert(
				fc.property(
					fc.integer({ min: 1, max: 12 }),
					fc.integer({ min: 1, max: 12 }),
					fc.constantFrom(1, 2, 3, 4),
					fc.nat(),
					(width, height, channels, seed) => {
						const data = Uint8Array.from(
							{ length: width * height * channels },
							(_, i) => (seed + i * 37) & 255,
						);
						const options = interlaced ? ({ interlace: 'Adam7' } as const) : {};
						const file = encode({ width, height, channels, data }, options);
						expect([...decodePng(file, 'test.png', { dtype: 'u8' }).data()]).toEqual([...data]);
					},
				),
				{ numRuns: 20 },
			);
		},
	);
});

describe('what is written is read again', () => {
	test('bytes to the bit, floats to half a step, by this program and another', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 9 }),
				fc.integer({ min: 1, max: 9 }),
				fc.constantFrom(1, 2, 3, 4),
				fc.constantFrom(8, 16),
				fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
				(height, width, channels, depth, some) => {
					const shape = [height, width, channels];
					const values = Array.from(
						{ length: height * width * channels },
						(_, i) => some[i % some.length] ?? 0,
					);
					const file = encodePng(tensor(values, { shape }), { depth });
					expect(decode(file)).toMatchObject({ width, height, channels, depth });
					const read = decodePng(file, 'test.png').data();
					// Half a step, and the rounding of f32 on both sides.
					for (const [i, value] of values.entries())
						expect(Math.abs((read[i] ?? 0) - value)).toBeLessThanOrEqual(
							0.5 / (2 ** depth - 1) + 2 ** -23,
						);
					const bytes = tensor(
						Uint8Array.from(values, (value) => value * 255),
						{ shape },
					);
					const again = decodePng(encodePng(bytes, { depth }), 'test.png').mul(255).data();
					expect([...again].map(Math.round)).toEqual([...bytes.data()]);
				},
			),
			{ numRuns: 25 },
		);
	});

	test('without a third axis, in grey; true is bright', () => {
		const image = tensor([[true, false]]);
		expect(decodePng(encodePng(image), 'test.png').toArray()).toEqual([[[1], [0]]]);
	});

	test.each([
		[[[0, 1.5]], 'encodePng: image holds 1.5 at [0, 1]; it must be from 0 to 1'],
		[[[Number.NaN]], 'encodePng: image holds NaN at [0, 0]; it must be from 0 to 1'],
		[[[-1]], 'encodePng: image holds -1 at [0, 0]; it must be from 0 to 1'],
		[[1], 'encodePng: image is of shape [1]; it must be [height, width] or'],
		[[[[1, 1, 1, 1, 1]]], 'encodePng: image is of shape [1, 1, 5]; it must be'],
	])('%j is no picture', (image, message) => {
		expect(() => encodePng(image)).toThrow(message);
	});
});

/** A file with a header and picture data of the test's choice. */
const fileOf = (head: Uint8Array, rows: Uint8Array): Uint8Array =>
	Buffer.concat([
		signature,
		chunk('IHDR', head),
		chunk('IDAT', deflateSync(rows)),
		chunk('IEND', []),
	]);

describe('a hostile file is refused, with its name and the reason', () => {
	const picture: TestPicture = {
		width: 9,
		height: 5,
		depth: 8,
		color: 6,
		interlaced: true,
		samples: Array.from({ length: 180 }, (_, i) => (i * 41) & 255),
		filters: [0, 1, 2, 3, 4],
	};
	const right = writePng(picture);

	test('wherever it ends too early', () => {
		for (let length = 0; length < right.length; length++)
			expect(() => decodePng(right.subarray(0, length), 'test.png')).toThrow(DataFileError);
	});

	test('whichever byte is wrong', () => {
		for (let at = 0; at < right.length; at++) {
			const wrong = Uint8Array.from(right);
			wrong[at] = (wrong[at] ?? 0) ^ 0x10;
			expect(() => decodePng(wrong, 'test.png'), `byte ${at}`).toThrow(DataFileError);
		}
	});

	test.each([
		[
			'a declared size beyond all memory',
			fileOf(header(2 ** 31 - 1, 2 ** 31 - 1, [8, 6, 0, 0, 0]), new Uint8Array(9)),
			/needed at most 50000000 pixels/,
		],
		[
			'a declared size of nothing',
			fileOf(header(0, 3, [8, 0, 0, 0, 0]), new Uint8Array(9)),
			/found a width of 0 pixels/,
		],
		[
			'a large picture of few bytes',
			fileOf(header(7000, 7000, [8, 6, 0, 0, 0]), new Uint8Array(9)),
			/which are too few/,
		],
		[
			'a small picture of many bytes',
			fileOf(header(1, 1, [8, 0, 0, 0, 0]), new Uint8Array(3_000_000)),
			/found more bytes of picture data when inflated, needed 2/,
		],
		[
			'a row too few',
			fileOf(header(9, 5, [8, 6, 0, 0, 1]), filteredRows({ ...picture, height: 4 })),
			/found \d+ bytes of picture data when inflated/,
		],
		[
			'a filter that there is not',
			fileOf(header(1, 1, [8, 0, 0, 0, 0]), Uint8Array.of(5, 0)),
			/found filter 5 of row 0/,
		],
		[
			'a depth that its colours cannot have',
			fileOf(header(1, 1, [4, 2, 0, 0, 0]), new Uint8Array(9)),
			/found a depth of 4 bits for RGB, needed 8 or 16/,
		],
		[
			'a palette that lacks',
			fileOf(header(1, 1, [8, 3, 0, 0, 0]), new Uint8Array(2)),
			/found no palette/,
		],
		[
			'a picture of another format',
			Uint8Array.of(0xff, 0xd8, 0xff, 0xe0),
			/found a JPEG file, needed a PNG file/,
		],
		['an empty file', new Uint8Array(0), /found an empty file/],
	])('%s', (_, bytes, message) => {
		expect(() => decodePng(bytes, 'hostile.png')).toThrow(message);
		expect(() => decodePng(bytes, 'hostile.png')).toThrow(/^hostile\.png: /);
	});

	test('a colour that the palette lacks', () => {
		const file = writePng({
			...picture,
			color: 3,
			interlaced: false,
			palette: [1, 2, 3],
			samples: Array(45).fill(7),
		});
		expect(() => decodePng(file, 'test.png')).toThrow('found colour 7 of a palette of 1');
	});

	test('16 bits where bytes are asked for', () => {
		const file = writePng({ ...picture, depth: 16 });
		expect(() => decodePng(file, 'test.png', { dtype: 'u8' })).toThrow('found 16 bits');
	});
});
