import { compile, grad, tensor } from '@pullback/core';
import { tensors } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Affine, Standardizer, sequential, standardizer } from '../../src/index.ts';

const tables = fc
	.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }))
	.chain((shape) => tensors(shape));

test('columns get mean 0 and standard deviation 1, and constant ones 0 and are told', () => {
	fc.assert(
		fc.property(tables, (x) => {
			const fitted = standardizer(x);
			const columns = x.transpose().toArray() as number[][];
			const found = fitted.forward(x).transpose().toArray() as number[][];
			const constant = columns.flatMap((column, i) => (new Set(column).size === 1 ? [i] : []));
			expect(fitted.constantColumns).toEqual(constant);
			for (const [i, column] of columns.entries()) {
				const mean = column.reduce((sum, each) => sum + each, 0) / column.length;
				const std = Math.sqrt(
					column.reduce((sum, each) => sum + (each - mean) ** 2, 0) / column.length,
				);
				for (const [row, each] of column.entries()) {
					const expected = constant.includes(i) ? 0 : (each - mean) / std;
					// The mean is exact to a rounding of the largest, and divided by the deviation.
					const size = Math.max(...column.map(Math.abs)) / (constant.includes(i) ? 1 : std);
					expect(Math.abs((found[i]?.[row] ?? Number.NaN) - expected)).toBeLessThan(
						1e-14 * (10 + 10 * size),
					);
				}
			}
			const back = fitted.inverse(fitted.forward(x));
			expect(back.sub(x).abs().amax().item()).toBeLessThan(1e-13 * (1 + x.abs().amax().item()));
		}),
	);
});

test('other data are standardised by what the first were, within compile as outside, with a derivative', () => {
	const fitted = standardizer([
		[0, 5],
		[2, 5],
	]);
	const test = tensor([
		[4, 6],
		[1, 5],
	]);
	expect(fitted.forward(test).toArray()).toEqual([
		[3, 1],
		[0, 0],
	]);
	expect(compile((x) => fitted.forward(x))(test).toArray()).toEqual([
		[3, 1],
		[0, 0],
	]);
	expect(grad(fitted.forward(test).sum(), [test])[0]?.toArray()).toEqual([
		[1, 1],
		[1, 1],
	]);
	expect(fitted.forward([4, 6]).toArray()).toEqual([3, 1]);
});

test('a constant is one however its sum is rounded', () => {
	for (let count = 1; count <= 40; count++) {
		const x = tensor(new Float64Array(count).fill(0.1), { shape: [count, 1] });
		const fitted = standardizer(x);
		expect(fitted.constantColumns).toEqual([0]);
		expect(fitted.forward(x).abs().amax().item()).toBe(0);
	}
});

test('channels of images are columns over examples, rows and columns', () => {
	const images = tensor(
		Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)),
		{ shape: [2, 3, 2, 2] },
	);
	const fitted = standardizer(images, { axes: [0, 2, -1] });
	expect(fitted.mean.shape).toEqual([3, 1, 1]);
	const y = fitted.forward(images);
	expect(y.mean([0, 2, 3]).abs().amax().item()).toBeLessThan(1e-14);
	expect(y.std([0, 2, 3]).sub(1).abs().amax().item()).toBeLessThan(1e-14);
});

test('it is a layer, whose buffers are saved and not trained', () => {
	const fitted = standardizer([
		[1, 2],
		[3, 5],
	]);
	const net = sequential(
		fitted,
		new Affine({ inputs: 2, outputs: 1, key: tensor([1, 2], { dtype: 'i32' }) }),
	);
	expect(net.parameters().length).toBe(2);
	expect([...net.namedBuffers().keys()]).toEqual(['layers.0.mean', 'layers.0.std']);
	expect(fitted).toBeInstanceOf(Standardizer);
});

test('what cannot be standardised is refused', () => {
	expect(() =>
		standardizer([
			[1, 2],
			[Number.NaN, 3],
		]),
	).toThrow('standardizer: column 0 holds numbers that are not finite');
	expect(() => standardizer(tensor([], { shape: [0, 2] }))).toThrow(
		'standardizer: [0, 2] has no examples to be fitted to',
	);
	expect(() => standardizer([[1]], { axes: 2 })).toThrow('axis 2 of a tensor of rank 2');
	expect(() =>
		standardizer([
			[1, 2],
			[3, 4],
		]).forward([[1, 2, 3]]),
	).toThrow('it was made of columns [2]');
});
