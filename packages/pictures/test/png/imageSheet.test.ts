import { tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { decodePng, imageSheet } from '../../src/index.ts';

const images = tensor(
	Uint8Array.from({ length: 5 * 6 * 4 }, (_, i) => 2 * i),
	{ shape: [5, 6, 4] },
);

test('every pixel of every image is on the sheet, as large as scale says, in its row and column', () => {
	const [columns, scale, gap] = [3, 2, 5];
	const sheet = decodePng(imageSheet(images, { columns, scale, gap }), 'sheet.png', {
		dtype: 'u8',
	});
	expect(sheet.shape).toEqual([gap + 2 * (12 + gap), gap + 3 * (8 + gap), 3]);
	const [height = 0, width = 0] = sheet.shape;
	const pixels = sheet.data();
	for (let i = 0; i < 5; i++)
		for (let y = 0; y < 12; y++)
			for (let x = 0; x < 8; x++) {
				const row = gap + Math.floor(i / columns) * (12 + gap) + y;
				const column = gap + (i % columns) * (8 + gap) + x;
				expect(row < height && column < width).toBe(true);
				const wanted = 2 * (i * 24 + Math.floor(y / scale) * 4 + Math.floor(x / scale));
				expect(pixels[(row * width + column) * 3]).toBe(wanted);
			}
});

test('labels change nothing of the images, and are drawn below them', () => {
	const options = { columns: 5, scale: 8 };
	const plain = decodePng(imageSheet(images, options), 'plain.png', { dtype: 'u8' });
	const labels = ['1→7', '0', '', '95%', 'a b'];
	const labelled = decodePng(imageSheet(images, { ...options, labels }), 'labelled.png', {
		dtype: 'u8',
	});
	const [height = 0] = plain.shape;
	expect(
		labelled
			.slice([0, height - 8])
			.equal(plain.slice([0, height - 8]))
			.all()
			.item(),
	).toBe(1);
	const below = labelled.slice([height - 6, labelled.shape[0] ?? 0]);
	expect(below.equal(255).all().item()).toBe(0);
	// The third image has an empty label.
	expect(
		below
			.slice([0, below.shape[0] ?? 0], [8 + 2 * 40, 8 + 3 * 40 - 8])
			.equal(255)
			.all()
			.item(),
	).toBe(1);
});

test('images in colours keep them', () => {
	const colored = tensor(Uint8Array.of(255, 0, 10, 0, 255, 20), { shape: [2, 1, 1, 3] });
	const sheet = decodePng(imageSheet(colored, { columns: 2, scale: 1, gap: 0 }), 'sheet.png', {
		dtype: 'u8',
	});
	expect(sheet.toArray()).toEqual([
		[
			[255, 0, 10],
			[0, 255, 20],
		],
	]);
});

test.each([
	[() => imageSheet(tensor(0)), 'images are of shape []'],
	[() => imageSheet(tensor(new Float32Array(0), { shape: [0, 28, 28] })), 'at least one'],
	[() => imageSheet([[[2]]]), 'images hold 2 at element 0; they must be from 0 to 1'],
	[() => imageSheet(images, { labels: ['1'] }), 'labels are 1; they must be 5'],
	[() => imageSheet(images, { labels: Array(5).fill('a label of many words') }), 'shorten it'],
	[() => imageSheet(images, { columns: 0 }), 'columns is 0'],
	[() => imageSheet(images, { scale: 10_000 }), 'the most are 67108864'],
])('what cannot be drawn is refused: %#', (draw, message) => {
	expect(draw).toThrow(message);
});
