import { tensor, zeros } from '@pullback/core';
import { ConfusionMatrix } from '@pullback/nn';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { addressOf, ownTones, picturesIn } from '../../src/charts/pixels.ts';
import { drawConfusionMatrix, drawErrors, drawFilters, drawImages } from '../../src/index.ts';

function pixelsOf(address: string): { width: number; height: number; colours: number[][] } {
	const bytes = Uint8Array.from(atob(address.split(',')[1] ?? ''), (each) => each.charCodeAt(0));
	const { width, height, data } = decode(bytes);
	const colours = Array.from({ length: width * height }, (_, i) => [
		...data.slice(3 * i, 3 * i + 3),
	]);
	return { width, height, colours };
}

test('a picture in grey goes from its least number, black, to its greatest, white; what is no number is magenta', () => {
	const [pixels] = picturesIn(
		'test',
		'images',
		[
			[
				[-1, 0, 1],
				[Number.NaN, Infinity, 0.5],
			],
		],
		1,
	);
	if (pixels === undefined) throw new Error('no picture');
	const { width, height, colours } = pixelsOf(addressOf(pixels, ownTones(pixels), 1));
	expect([width, height]).toEqual([3, 2]);
	const magenta = [200, 0, 120];
	expect(colours).toEqual([
		[0, 0, 0],
		[128, 128, 128],
		[255, 255, 255],
		magenta,
		magenta,
		[191, 191, 191],
	]);
});

test('a picture in colour keeps its channels, and each pixel is a square', () => {
	const [pixels] = picturesIn('test', 'images', tensor([[[[1]], [[0]], [[0.5]]]]), 1);
	if (pixels === undefined) throw new Error('no picture');
	const { width, height, colours } = pixelsOf(addressOf(pixels, [0, 1], 2));
	expect([width, height]).toEqual([2, 2]);
	expect(colours).toEqual(Array.from({ length: 4 }, () => [255, 0, 128]));
});

test('there is a picture for each filter, each image and each error', async () => {
	const count = (picture: string): number => picture.split('<image').length - 1;
	expect(
		count(await drawFilters({ before: zeros([5, 1, 3, 3]), after: zeros([5, 1, 3, 3]) })),
	).toBe(10);
	expect(count(await drawImages({ a: zeros([2, 3]), b: zeros([3, 2, 2]) }))).toBe(2);
	const images = zeros([4, 2, 2]);
	const errors = await drawErrors(images, [0, 1, 2, 3], [0, 2, 1, 0], {
		count: 2,
		classes: ['cat', 'dog', 'cow', 'ape'],
	});
	expect(count(errors)).toBe(2);
	expect(errors).toContain('3 of 4 are wrong; 2 are shown.');
	expect(errors).toContain('dog read as cow');
	expect(await drawErrors(images, [0, 1, 2, 3], [0, 1, 2, 3])).toContain('0 of 4 are wrong.');
});

test('the surest errors are first', async () => {
	const scores = tensor([
		[0, 1],
		[0, 5],
		[3, 0],
		[0, 3],
	]);
	const errors = await drawErrors(zeros([4, 2, 2]), [0, 0, 0, 0], scores);
	const found = [...errors.matchAll(/>([\d.]+) % sure/g)].map(([, sure]) => Number(sure));
	expect(found).toEqual([99.3, 95.3, 73.1]);
});

test('a confusion matrix has recall by row and precision by column, from a metric as from its counts', async () => {
	const metric = new ConfusionMatrix(2);
	metric.update(
		tensor([0, 0, 0, 1, 1], { dtype: 'i32' }),
		tensor([0, 0, 1, 1, 1], { dtype: 'i32' }),
	);
	const picture = await drawConfusionMatrix(metric);
	expect(picture).toBe(
		await drawConfusionMatrix([
			[2, 0],
			[1, 2],
		]),
	);
	for (const share of ['100.0 %', '66.7 %', '4 of 5 are right: 80.0 %.'])
		expect(picture).toContain(share);
	expect(
		await drawConfusionMatrix([
			[0, 0],
			[0, 0],
		]),
	).toContain('There are no examples.');
	await expect(drawConfusionMatrix([[1, 2]])).rejects.toThrow('it must be square');
	await expect(
		drawConfusionMatrix([
			[1, -2],
			[0, 1],
		]),
	).rejects.toThrow('the matrix holds -2');
});

test('shapes that are no pictures are refused', async () => {
	await expect(drawFilters(zeros([5, 2, 3, 3]))).rejects.toThrow('[n, 1, height, width]');
	await expect(drawImages({ a: zeros([4]) })).rejects.toThrow('must be [n, height, width]');
	await expect(drawImages({ a: zeros([0, 4]) })).rejects.toThrow('no pixels');
	await expect(drawErrors(zeros([2, 2, 2]), [0], [0])).rejects.toThrow(
		'one of each for each image',
	);
});
