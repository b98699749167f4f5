import { compile, grad, type Node, normal, randomKey, tensor } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutout, randomCrop, randomFlip, randomRotation, randomShift } from '../../src/index.ts';

type Image = number[][];

const lengths = fc.integer({ min: 1, max: 4 });
const batches = fc
	.record({
		count: fc.nat(3),
		between: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
		height: lengths,
		width: lengths,
		seed: fc.nat(),
	})
	.map(({ count, between, height, width, seed }) => ({
		// Numbers that all differ, and none is 0.
		images: tensor(
			Float64Array.from(
				{ length: count * between.reduce((n, x) => n * x, 1) * height * width },
				(_, i) => i + 1,
			),
			{ shape: [count, ...between, height, width] },
		),
		key: randomKey(seed),
		height,
		width,
	}));

/** The planes of each image. */
function planesOf(images: Node): Image[][] {
	const [count = 0] = images.shape;
	const [height = 0, width = 0] = images.shape.slice(-2);
	const planes = images.shape.slice(1, -2).reduce((n, x) => n * x, 1);
	return images.reshape([count, planes, height, width]).toArray() as Image[][]; // of rank 4
}

const shifted = (image: Image, down: number, right: number, value: number): Image =>
	image.map((row, i) => row.map((_, j) => image[i - down]?.[j - right] ?? value));

/** Whether every image became one and the same of some possibilities, in all of its planes. */
function areAmong(before: Node, after: Node, possible: (image: Image) => Image[]): void {
	const [old, now] = [planesOf(before), planesOf(after)];
	expect(now.length).toBe(old.length);
	for (const [i, planes] of old.entries()) {
		const choices = planes.map(possible);
		const found = (choices[0] ?? []).some((_, choice) =>
			planes.every((_, p) => JSON.stringify(choices[p]?.[choice]) === JSON.stringify(now[i]?.[p])),
		);
		expect(found).toBe(true);
	}
}

const range = (low: number, high: number): number[] =>
	Array.from({ length: high - low + 1 }, (_, i) => low + i);

test('a shift moves all planes of an image together, by no more than told, and brings in the value', () => {
	fc.assert(
		fc.property(batches, fc.nat(2), fc.nat(2), ({ images, key }, rows, columns) => {
			const after = randomShift(images, key, { max: [rows, columns], value: -1 });
			expect(after.shape).toEqual(images.shape);
			areAmong(images, after, (image) =>
				range(-rows, rows).flatMap((down) =>
					range(-columns, columns).map((right) => shifted(image, down, right, -1)),
				),
			);
		}),
	);
});

test('a crop is a part of each image with its padding, of the size asked for', () => {
	fc.assert(
		fc.property(batches, fc.nat(1), fc.nat(), ({ images, key, height, width }, padding, pick) => {
			const size = [
				1 + (pick % (height + 2 * padding)),
				1 + ((pick >> 4) % (width + 2 * padding)),
			] as const;
			const after = randomCrop(images, key, { size, padding });
			expect(after.shape.slice(-2)).toEqual(size);
			areAmong(images, after, (image) =>
				range(-padding, height + padding - size[0]).flatMap((top) =>
					range(-padding, width + padding - size[1]).map((left) =>
						range(top, top + size[0] - 1).map((i) =>
							range(left, left + size[1] - 1).map((j) => image[i]?.[j] ?? 0),
						),
					),
				),
			);
		}),
	);
});

test('a flip reverses columns or rows of an image in all planes, always or never at the ends of p', () => {
	fc.assert(
		fc.property(
			batches,
			fc.constantFrom('columns' as const, 'rows' as const),
			({ images, key }, along) => {
				const flipped = images.flip(along === 'columns' ? -1 : -2);
				areAmong(images, randomFlip(images, key, { along }), (image) => [
					image,
					along === 'columns' ? image.map((row) => [...row].reverse()) : [...image].reverse(),
				]);
				expect(randomFlip(images, key, { along, p: 1 }).toArray()).toEqual(flipped.toArray());
				expect(randomFlip(images, key, { along, p: 0 }).toArray()).toEqual(images.toArray());
			},
		),
	);
});

test('a cutout covers a rectangle around some element in all planes, and nothing else', () => {
	fc.assert(
		fc.property(batches, fc.nat(3), fc.nat(3), ({ images, key, height, width }, rows, columns) => {
			const after = cutout(images, key, { size: [rows, columns], value: -1 });
			areAmong(images, after, (image) =>
				range(0, height - 1).flatMap((y) =>
					range(0, width - 1).map((x) => {
						const [top, left] = [y - Math.floor(rows / 2), x - Math.floor(columns / 2)];
						return image.map((row, i) =>
							row.map((old, j) =>
								i >= top && i < top + rows && j >= left && j < left + columns ? -1 : old,
							),
						);
					}),
				),
			);
		}),
	);
});

test('a rotation by a quarter is counter-clockwise and exact, and by any angle that of loops', () => {
	fc.assert(
		fc.property(batches, ({ images, key, height, width }) => {
			const square = images.slice(
				...images.shape.slice(0, -2).map(() => null),
				[0, Math.min(height, width)],
				[0, Math.min(height, width)],
			);
			const side = Math.min(height, width);
			const after = planesOf(randomRotation(square, key, { degrees: [90, 90] }));
			// Weights of neighbours are exact but for some roundings.
			for (const [i, planes] of planesOf(square).entries())
				for (const [p, image] of planes.entries())
					for (const [y, row] of (after[i]?.[p] ?? []).entries())
						for (const [x, value] of row.entries())
							expect(Math.abs(value - (image[x]?.[side - 1 - y] ?? 0))).toBeLessThan(1e-10);
			const angle = 25;
			const turned = planesOf(randomRotation(images, key, { degrees: [angle, angle] }));
			for (const [i, planes] of planesOf(images).entries())
				for (const [p, image] of planes.entries())
					for (const [y, row] of (turned[i]?.[p] ?? []).entries())
						for (const [x, value] of row.entries())
							expect(Math.abs(value - rotatedAt(image, y, x, angle))).toBeLessThan(1e-10);
		}),
		{ numRuns: 40 },
	);
});

/** What an image turned counter-clockwise has in a place: between the four neighbours of where that was. */
function rotatedAt(image: Image, y: number, x: number, degrees: number): number {
	const [centreY, centreX] = [(image.length - 1) / 2, ((image[0]?.length ?? 0) - 1) / 2];
	const radians = (degrees * Math.PI) / 180;
	const [right, up] = [x - centreX, centreY - y];
	const fromX = centreX + right * Math.cos(radians) + up * Math.sin(radians);
	const fromY = centreY - (up * Math.cos(radians) - right * Math.sin(radians));
	let value = 0;
	for (const i of [Math.floor(fromY), Math.floor(fromY) + 1])
		for (const j of [Math.floor(fromX), Math.floor(fromX) + 1])
			value += (1 - Math.abs(fromY - i)) * (1 - Math.abs(fromX - j)) * (image[i]?.[j] ?? 0);
	return value;
}

const images = normal(randomKey(1), [400, 1, 5, 5]);
const augmentations: readonly [string, (x: Node, key: Node) => Node][] = [
	['randomShift', (x, key) => randomShift(x, key, { max: 1 })],
	['randomCrop', (x, key) => randomCrop(x, key, { size: 3 })],
	['randomFlip', (x, key) => randomFlip(x, key)],
	['cutout', (x, key) => cutout(x, key, { size: 1 })],
	['randomRotation', (x, key) => randomRotation(x, key, { degrees: 30 })],
];

test.each(augmentations)(
	'%s draws by its key alone, the same within compile, and differently for each image',
	(_, augment) => {
		const same = images.slice([0, 1]).broadcastTo([400, 1, 5, 5]);
		const once = augment(same, randomKey(2));
		expect(augment(same, randomKey(2)).data()).toEqual(once.data());
		expect(augment(same, randomKey(3)).data()).not.toEqual(once.data());
		const inside = compile(augment)(same, randomKey(2));
		// Rotations have sines in f32.
		expect(inside.sub(once).abs().amax().item()).toBeLessThan(1e-4);
		expect(new Set(planesOf(once).map((each) => JSON.stringify(each))).size).toBeGreaterThan(1);
	},
);

test('all shifts are as likely, and half of the images are flipped', () => {
	const dots = tensor(Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), {
		shape: [1, 1, 3, 3],
	}).broadcastTo([9000, 1, 3, 3]);
	const shares = randomShift(dots, randomKey(1), { max: 1 }).sum([0, 1]).data();
	// Five standard deviations of a ninth of 9,000 draws.
	for (const share of shares) expect(Math.abs(share - 1000)).toBeLessThan(5 * Math.sqrt(1000));
	const flipped = randomFlip(dots.sub([1, 0, 0]), randomKey(1))
		.slice(null, 0, 0, 0)
		.sum()
		.item();
	expect(Math.abs(-flipped - 4500)).toBeLessThan(5 * Math.sqrt(2250));
});

test('images of bytes stay bytes where nothing is averaged', () => {
	const bytes = tensor(
		Uint8Array.from({ length: 8 }, (_, i) => 30 * i),
		{ shape: [2, 2, 2] },
	);
	const key = randomKey(1);
	for (const each of [
		randomShift(bytes, key, { max: 1 }),
		randomFlip(bytes, key),
		cutout(bytes, key, { size: 1 }),
	])
		expect(each.dtype).toBe('u8');
	expect(randomRotation(bytes, key, { degrees: 5 }).dtype).toBe('f32');
});

test('what has no derivative to an image has none: what is covered or moved out', () => {
	const x = images.slice([0, 3]);
	const loss = cutout(x, randomKey(1), { size: 3, value: 7 }).sum();
	const [slope] = grad(loss, [x]);
	expect(new Set(slope?.data())).toEqual(new Set([0, 1]));
});

test('what does not fit is refused by name', () => {
	const key = randomKey(1);
	expect(() => randomShift(tensor([[1]]), key, { max: 1 })).toThrow(
		'randomShift: images have shape [1, 1], must be [batch, ..., height, width]',
	);
	expect(() => randomCrop(images, key, { size: 6 })).toThrow(
		'randomCrop: size [6, 6] of images [400, 1, 5, 5]',
	);
	expect(() => randomFlip(images, key, { p: 2 })).toThrow('a probability is from 0 to 1');
	expect(() => randomRotation(images, key, { degrees: [3, 1] })).toThrow('they must ascend');
	expect(() => cutout(images, key, { size: -1 })).toThrow('cutout: size is -1');
});
