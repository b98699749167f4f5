import { log, normal, randomKey, sigmoid, splitKey, step, tensor } from '@pullback/core';
import { Affine, Module, Relu, sequential } from '@pullback/nn';
import { expect, test } from 'vitest';
import { histogramOf } from '../../src/charts/histogram.ts';
import { gridOf } from '../../src/charts/plane.ts';
import {
	drawContours,
	drawFunctions,
	drawGradientField,
	drawGrid,
	drawLayers,
	drawPoints,
} from '../../src/index.ts';

test('tangent lines say their slopes', async () => {
	const picture = await drawFunctions(
		{ parabola: (x) => x.square().mul(0.01).add(x.mul(0.1)) },
		{ x: [0, 20], tangentsAt: [5, 10, 50] },
	);
	expect(picture).toContain('slope 0.2');
	expect(picture).toContain('slope 0.3');
	expect(picture).toContain('Of 3 tangents, 1 are not in the frame.');
});

test('a function that is not defined everywhere has gaps, which are told', async () => {
	expect(await drawFunctions({ log, step })).toContain(
		'Gaps in log: of 501 values, 251 NaN or infinite.',
	);
});

test('a grid of the plane has its corners at the ends of both axes', () => {
	const { x, y } = gridOf({ x: [-1, 3], y: [0, 2] }, 5, 3);
	expect(x.toArray()).toEqual(Array.from({ length: 3 }, () => [-1, 0, 1, 2, 3]));
	expect(y.toArray()).toEqual([0, 1, 2].map((each) => Array.from({ length: 5 }, () => each)));
});

test('contours and arrows leave out what is NaN, and paths what is beyond the frame, and say so', async () => {
	const partial = await drawContours((x, y) => x.log().add(y), {
		x: [-1, 1],
		y: [-1, 1],
		paths: {
			way: [
				[0, 0],
				[0.5, 0.5],
				[9, 9],
			],
		},
	});
	expect(partial).toContain('Of 3 points of way, 1 are beyond the frame.');
	expect(partial).toMatch(/Of 6561 values of the function, \d+ are NaN or infinite/);
	const field = await drawGradientField((x, y) => x.sqrt().add(y), { arrows: 4 });
	expect(field).toContain('Of 16 gradients, 8 are NaN or infinite.');
	await expect(drawContours((x) => x.sum())).rejects.toThrow('it must compute element by element');
	await expect(drawContours((x) => x, { paths: { way: [[1, 2, 3]] } })).rejects.toThrow(
		'it must be [n, 2]',
	);
});

test('as many arrows and contours as are allowed are drawn, and one more is refused', async () => {
	const field = await drawGradientField((x, y) => x.mul(y), { arrows: 100 });
	expect(field.match(/<path/g)?.length).toBeGreaterThan(9000);
	expect(await drawContours((x, y) => x.mul(y), { levels: 100 })).toContain('<svg');
	for (const refused of [
		drawGradientField((x) => x, { arrows: 101 }),
		drawContours((x) => x, { levels: 101 }),
	])
		await expect(refused).rejects.toThrow(/is 101; it must be a whole number from \d to 100$/);
});

test('each point of each set is drawn, but those that are beyond the frame or not finite, which are told', async () => {
	const sets = {
		few: [
			[0, 0],
			[1, 1],
			[9, 9],
			[Number.NaN, 0],
		],
		many: normal(randomKey(0), [200, 2], { std: 0.1 }),
	};
	const [x, y] = [
		[-2, 2],
		[-2, 2],
	] as const;
	const count = (picture: string): number => (picture.match(/<circle/g) ?? []).length;
	const separate = await drawPoints(sets, { x, y, separate: true });
	expect(count(separate)).toBe(202);
	expect(separate).toContain('Of 4 points of few, 2 are beyond the frame.');
	for (const name of ['few', 'many']) expect(separate).toContain(`>${name}</text>`);
	// The second set has squares, and both are in the legend.
	const together = await drawPoints(sets, { x, y });
	expect(count(together)).toBe(2);
	for (const name of ['few', 'many']) expect(together).toContain(`>${name}</text>`);
	for (const nothing of [[], [[Number.NaN, Infinity]]])
		expect(
			count(await drawPoints({ nothing: tensor(nothing, { shape: [nothing.length, 2] }) })),
		).toBe(0);
	await expect(drawPoints({})).rejects.toThrow('drawPoints: there is no set');
	await expect(drawPoints({ a: [1, 2] })).rejects.toThrow(
		'drawPoints: the set "a" has the shape [2]; it must be [n, 2]',
	);
	// @ts-expect-error: no sets
	await expect(drawPoints(undefined)).rejects.toThrow('drawPoints: sets');
});

test('a histogram counts each number once: in a range, outside, or as not finite', () => {
	const numbers = [0, 0.1, 0.5, 1, 1.5, -2, Number.NaN, Infinity, 0.999];
	const { shares, edges, outside, notFinite } = histogramOf(numbers, [0, 1], 4);
	expect(shares.map((share) => Math.round(share * 5))).toEqual([2, 0, 1, 2]);
	expect(edges).toEqual([0, 0.25, 0.5, 0.75, 1]);
	expect([outside, notFinite]).toEqual([2, 2]);
});

const keys = splitKey(randomKey(0));
const net = sequential(new Affine({ inputs: 3, outputs: 2, key: keys.slice(0) }), new Relu());

test('the layers of a model are drawn in the order of their calls, and the model is as it was', async () => {
	const forwards = () => Array.from(net.namedModules().values(), ({ forward }) => forward);
	const before = forwards();
	const picture = await drawLayers(net, normal(keys.slice(1), [4, 3]), { loss: (y) => y.sum() });
	const captions = [
		'layers.0 Affine',
		'layers.1 Relu',
		'gradient by layers.0 Affine',
		'gradient by layers.1 Relu',
	];
	for (const caption of captions) expect(picture).toContain(`>${caption}<`);
	for (const [i, forward] of forwards().entries()) expect(forward).toBe(before[i]);
	await expect(drawLayers(net, [[1, 2]])).rejects.toThrow();
	for (const [i, forward] of forwards().entries()) expect(forward).toBe(before[i]);
});

test('a layer that is called twice is drawn twice', async () => {
	class Twice extends Module {
		readonly inner = new Relu();
		override forward(x: Parameters<Relu['forward']>[0]) {
			return this.inner.forward(this.inner.forward(x).sub(1));
		}
	}
	const picture = await drawLayers(new Twice(), [1, 2, 3]);
	expect(picture).toContain('>inner Relu<');
	expect(picture).toContain('>inner Relu, call 2<');
});

test('a grid takes pictures of this package, and no others', async () => {
	const picture = await drawGrid([drawFunctions({ sigmoid }), drawFunctions({ step })], {
		columns: 2,
	});
	expect(picture.split('<svg')).toHaveLength(2);
	await expect(drawGrid(['<svg/>'])).rejects.toThrow('no picture of this package');
	await expect(drawGrid([])).rejects.toThrow('there is no picture');
});
