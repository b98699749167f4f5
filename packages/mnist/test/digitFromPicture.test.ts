import { readdirSync, readFileSync } from 'node:fs';
import { type Node, normal, randomKey, tensor } from '@pullback/core';
import { encodePng } from '@pullback/pictures';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digitFromPicture } from '../src/picture/digitFromPicture.ts';
import { type Drawing, draw } from './drawings/draw.ts';
import { randomDrawing } from './drawings/randomDrawing.ts';
import { twenty } from './drawings/twenty.ts';

const drawings = fc
	.tuple(fc.nat(9), fc.nat(1_000_000))
	.map(([digit, seed]) => ({ ...randomDrawing(digit, seed), transparent: false }));

/** A drawing as floats. */
const picture = (drawing: Drawing): Node => draw(drawing).cast('f32').div(255);

/** The digit of a drawing, which there is. */
function digitOf(x: Node): Float32Array {
	const digit = digitFromPicture(x);
	if (digit === null) throw new Error('found no digit');
	return Float32Array.from(digit.data());
}

/** How much two images differ, in parts of what is in one of them. */
function difference(a: Float32Array, b: Float32Array): number {
	const ink = a.reduce((sum, value) => sum + value, 0);
	return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / ink;
}

/** A plain drawing of a 5, with a pen of ten pixels. */
const five: Drawing = {
	...{ digit: 5, width: 120, height: 120, size: 90, middle: [0.5, 0.5] },
	...{ pen: 0.11, ink: [0, 0, 0], paper: [1, 1, 1], seed: 1 },
};

test('the shipped drawings are what the program draws', () => {
	const folder = new URL('drawings/', import.meta.url);
	const files = readdirSync(folder).filter((file) => file.endsWith('.png'));
	expect(files).toEqual(
		Object.keys(twenty)
			.sort()
			.map((name) => `${name}.png`),
	);
	for (const [name, drawing] of Object.entries(twenty)) {
		const shipped = readFileSync(new URL(`${name}.png`, folder));
		expect(shipped.equals(encodePng(draw(drawing))), name).toBe(true);
	}
});

test('a digit fits 20 by 20 pixels, fills one side, and has its centre of mass where those of MNIST have it', () => {
	fc.assert(
		fc.property(drawings, (drawing) => {
			const image = digitOf(picture(drawing));
			let [mass, across, down] = [0, 0, 0];
			let isInRange = true;
			const [xs, ys] = [new Set<number>(), new Set<number>()];
			for (const [i, value] of image.entries()) {
				isInRange &&= value >= 0 && value <= 1;
				const [x, y] = [i % 28, Math.floor(i / 28)];
				mass += value;
				across += value * (x + 0.5);
				down += value * (y + 0.5);
				if (value === 0) continue;
				xs.add(x);
				ys.add(y);
			}
			expect(isInRange).toBe(true);
			const spans = [xs, ys].map((places) => Math.max(...places) - Math.min(...places) + 1);
			// Half a pixel away, since it is moved by whole ones.
			expect(Math.abs(across / mass - 14.5)).toBeLessThanOrEqual(0.5 + 1e-4);
			expect(Math.abs(down / mass - 14.5)).toBeLessThanOrEqual(0.5 + 1e-4);
			expect(Math.max(...spans)).toBeLessThanOrEqual(20);
			expect(Math.max(...spans)).toBeGreaterThanOrEqual(19);
		}),
		{ numRuns: 8 },
	);
});

/** Edges fall on other pixels, and tones are rounded to bytes: a tenth of the ink. */
const slight = 0.1;

describe('what does not belong to the digit makes no difference', () => {
	const usual = digitOf(picture(five));

	test.each<[string, Partial<Drawing>]>([
		['its place', { width: 200, height: 150, middle: [0.3, 0.6] }],
		['bright ink on dark paper', { ink: [1, 1, 1], paper: [0, 0, 0] }],
		['pale ink', { ink: [0.7, 0.7, 0.7] }],
		[
			'red ink on green paper of the same brightness',
			{ ink: [0.9, 0.3, 0.3], paper: [0.3, 0.605, 0.3] },
		],
		['paper that is not there', { transparent: true }],
		['white ink on paper that is not there', { ink: [1, 1, 1], transparent: true }],
		['light from one side', { shade: 0.5 }],
		['a shadow', { shadow: 0.3 }],
	])('%s', (_, change) => {
		expect(difference(usual, digitOf(picture({ ...five, ...change })))).toBeLessThan(slight);
	});

	test('its size', () => {
		for (const scale of [0.5, 2]) {
			const [width, height, size] = [120 * scale, 120 * scale, 90 * scale];
			const image = digitOf(picture({ ...five, width, height, size }));
			// A stroke of few pixels is rounded to whole ones at both of its edges.
			expect(difference(usual, image)).toBeLessThan(2 * slight);
		}
	});

	test('specks', () => {
		const specks = Array.from({ length: 120 * 120 }, (_, i) => (i % 1777 < 2 ? 0 : 1));
		const speckled = picture(five).mul(tensor(specks, { shape: [120, 120, 1] }));
		expect(difference(usual, digitOf(speckled))).toBeLessThan(slight);
	});
});

test('a picture of three channels that are the same is one of one', () => {
	const grey = picture(five);
	const colored = grey.broadcastTo([120, 120, 3]);
	expect(difference(digitOf(grey), digitOf(colored))).toBeLessThan(1e-3);
});

describe('nothing is found where nothing is drawn', () => {
	const noise = normal(randomKey(3), [90, 90]).data();
	const noisy = (at: (x: number, y: number) => number, deviation: number): Node =>
		tensor(
			Float32Array.from(noise, (value, i) =>
				Math.min(Math.max(at((i % 90) / 90, Math.floor(i / 90) / 90) + deviation * value, 0), 1),
			),
			{ shape: [90, 90] },
		);
	test.each<[string, Node]>([
		['white', tensor(new Float32Array(400).fill(1), { shape: [20, 20] })],
		['black', tensor(new Float32Array(400), { shape: [20, 20] })],
		['one pixel', tensor([[0.4]])],
		['one row', tensor(new Float32Array(30).fill(0.4), { shape: [1, 30] })],
		['transparent', tensor(new Float32Array(400), { shape: [10, 20, 2] })],
		['light from one side', noisy((x, y) => 0.2 + 0.5 * x + 0.2 * y, 0)],
		['the grain of paper', noisy(() => 0.7, 0.04)],
		['both', noisy((x) => 0.2 + 0.6 * x, 0.03)],
		['noise', noisy(() => 0.5, 0.4)],
	])('%s', (_, empty) => {
		expect(digitFromPicture(empty)).toBeNull();
	});
});

test.each([
	[tensor([1]), RangeError, 'picture is of shape [1]; it must be [height, width]'],
	[tensor([[[1, 1, 1, 1, 1]]]), RangeError, 'picture is of shape [1, 1, 5]'],
	[tensor([[1.5]]), RangeError, 'picture holds 1.5 at element 0; it must be from 0 to 1'],
	[tensor([[Number.NaN]]), RangeError, 'picture holds NaN at element 0'],
	[
		tensor(Uint8Array.of(1), { shape: [1, 1] }),
		TypeError,
		'picture is of u8; it must be of floats',
	],
] as const)('what is no picture is refused: %#', (x, kind, message) => {
	expect(() => digitFromPicture(x)).toThrow(kind);
	expect(() => digitFromPicture(x)).toThrow(message);
});
