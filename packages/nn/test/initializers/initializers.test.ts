import { compile, type Node, randomKey } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	Affine,
	Conv2d,
	gainOf,
	heInitializer,
	heNormalInitializer,
	heUniformInitializer,
	type Initializer,
	identityInitializer,
	lecunNormalInitializer,
	lecunUniformInitializer,
	orthogonalInitializer,
	truncatedNormalInitializer,
	uniformInitializer,
	xavierInitializer,
	xavierNormalInitializer,
	xavierUniformInitializer,
} from '../../src/index.ts';

const [inputs, outputs] = [60, 140];

/** Of fans of 60 inputs and 140 outputs: the standard deviation of each, and the bound of uniform ones. */
const scales: [string, Initializer, std: number, isUniform: boolean][] = [
	['Xavier normal', xavierNormalInitializer(), Math.sqrt(2 / 200), false],
	['Xavier uniform', xavierUniformInitializer({ gain: 3 }), 3 * Math.sqrt(2 / 200), true],
	['He normal', heNormalInitializer(), Math.sqrt(2 / 60), false],
	['He uniform', heUniformInitializer(), Math.sqrt(2 / 60), true],
	['He by outputs', heNormalInitializer({ fan: 'outputs' }), Math.sqrt(2 / 140), false],
	['He by both', heUniformInitializer({ fan: 'average', gain: 1 }), Math.sqrt(1 / 100), true],
	['LeCun normal', lecunNormalInitializer, Math.sqrt(1 / 60), false],
	['LeCun uniform', lecunUniformInitializer, Math.sqrt(1 / 60), true],
	['the book’s Xavier', xavierInitializer, Math.sqrt(1 / 60), false],
	['He', heInitializer, Math.sqrt(2 / 60), false],
	['uniform', uniformInitializer(-2, 2), 2 / Math.sqrt(3), true],
];

function expectScale(weight: Node, std: number, isUniform: boolean): void {
	const count = weight.data().length;
	// Five standard deviations of an estimate from so many normal numbers; of uniform ones it is less.
	expect(Math.abs(weight.std().item() / std - 1)).toBeLessThan(5 / Math.sqrt(2 * count));
	expect(Math.abs(weight.mean().item())).toBeLessThan((5 * std) / Math.sqrt(count));
	const largest = weight.abs().amax().item() / std;
	if (isUniform) expect(largest).toBeLessThanOrEqual(Math.sqrt(3) * (1 + 1e-12));
	else expect(largest).toBeGreaterThan(2.5);
}

test.each(scales)(
	'%s weights have their deviation, by the shape or by what is told',
	(_, initializer, std, isUniform) => {
		expectScale(initializer(randomKey(3), [inputs, outputs], 'f64'), std, isUniform);
		expectScale(initializer(randomKey(3), [inputs, 7, 20], 'f64'), std, isUniform);
		const fans = { inputs, outputs };
		expectScale(initializer(randomKey(4), [9000], 'f64', fans), std, isUniform);
	},
);

test('kernels of convolutions are scaled by what their outputs are made of, and by all places of a kernel', () => {
	const conv = (weight: Initializer) =>
		new Conv2d({
			inputs: 8,
			outputs: 24,
			kernelSize: [3, 5],
			groups: 2,
			key: randomKey(1),
			weight,
			dtype: 'f64',
		}).weight;
	expectScale(conv(heNormalInitializer()).read(), Math.sqrt(2 / (4 * 15)), false);
	const byOutputs = heNormalInitializer({ fan: 'outputs' });
	expectScale(conv(byOutputs).read(), Math.sqrt(2 / (12 * 15)), false);
	const affine = new Affine({
		inputs: 90,
		outputs: 40,
		key: randomKey(1),
		weight: byOutputs,
		dtype: 'f64',
	});
	expectScale(affine.weight.read(), Math.sqrt(2 / 40), false);
});

test('truncated normal numbers lie within their bounds, and spread as the truncated distribution does', () => {
	const weight = truncatedNormalInitializer(0.3)(randomKey(1), [20_000], 'f64');
	expect(weight.abs().amax().item()).toBeLessThanOrEqual(0.6);
	// The variance of a normal distribution cut at two deviations: 1 - 4 phi(2) / (2 Phi(2) - 1).
	const variance = 1 - (4 * Math.exp(-2)) / Math.sqrt(2 * Math.PI) / 0.9544997361036416;
	expect(Math.abs(weight.std().item() / 0.3 / Math.sqrt(variance) - 1)).toBeLessThan(0.025);
	fc.assert(
		fc.property(
			fc.double({ min: -4, max: 4, noNaN: true }),
			fc.double({ min: 0.01, max: 3, noNaN: true }),
			fc.constantFrom('f32', 'f64'),
			(low, width, dtype) => {
				const options = { mean: 1, low: 1 + low, high: 1 + low + width };
				const drawn = truncatedNormalInitializer(1, options)(randomKey(5), [50], dtype);
				expect(drawn.dtype).toBe(dtype);
				// In f32 bounds are rounded.
				for (const x of drawn.data()) {
					expect(x).toBeGreaterThanOrEqual(options.low - 1e-6);
					expect(x).toBeLessThanOrEqual(options.high + 1e-6);
				}
			},
		),
		{ numRuns: 30 },
	);
	expect(() => truncatedNormalInitializer(1, { low: 6, high: 9 })).toThrow('further out than 5');
	expect(() => truncatedNormalInitializer(1, { low: 1, high: 1 })).toThrow(
		'the first must be less',
	);
	expect(() => truncatedNormalInitializer(0)).toThrow('std is 0; it must be above 0');
});

test('orthogonal matrices have columns, or rows, of one length and at right angles', () => {
	fc.assert(
		fc.property(
			fc.constantFrom([1, 1], [5, 3], [3, 5], [4, 4], [6, 2, 2], [2, 3, 1], [1, 4], [0, 2]),
			fc.nat(),
			fc.constantFrom(1, 2.5),
			(shape, seed, gain) => {
				const start = orthogonalInitializer({ gain });
				const weight = start(randomKey(seed), shape, 'f64');
				expect(weight.shape).toEqual(shape);
				const [rows = 0, ...others] = shape;
				const matrix = weight.reshape([rows, others.reduce<number>((all, n) => all * n, 1)]);
				const tall = rows >= (matrix.shape[1] ?? 0) ? matrix : matrix.transpose();
				const products = tall.transpose().matmul(tall);
				// A few roundings of numbers up to gain^2 for each of up to six rows.
				for (const [i, row] of (products.toArray() as number[][]).entries())
					for (const [j, x] of row.entries())
						expect(Math.abs(x - (i === j ? gain ** 2 : 0))).toBeLessThan(1e-13);
				const compiled = compile((key: Node) => start(key, shape, 'f64'));
				const [again, first] = [compiled(randomKey(seed)).data(), weight.data()];
				for (const [i, x] of again.entries())
					expect(Math.abs(x - (first[i] ?? 0))).toBeLessThan(1e-13);
			},
		),
		{ numRuns: 30 },
	);
});

test('all orthogonal matrices are equally likely: elements have no mean, the deviation of all, and both determinants', () => {
	let [total, squares, negative] = [0, 0, 0];
	for (let seed = 0; seed < 200; seed++) {
		const [a = 0, b = 0, c = 0, d = 0] = orthogonalInitializer()(
			randomKey(seed),
			[2, 2],
			'f64',
		).data();
		total += a;
		squares += a * a;
		if (a * d - b * c < 0) negative++;
	}
	// Of 200 cosines of uniform angles: mean 0 and mean square 1 / 2, by four deviations.
	expect(Math.abs(total / 200)).toBeLessThan(4 * Math.sqrt(0.5 / 200));
	expect(Math.abs(squares / 200 - 0.5)).toBeLessThan(4 * Math.sqrt(0.125 / 200));
	expect(Math.abs(negative / 200 - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 200));
});

test('identities are what leaves vectors as they are', () => {
	expect(identityInitializer(randomKey(1), [2, 3], 'f32').toArray()).toEqual([
		[1, 0, 0],
		[0, 1, 0],
	]);
	const layer = new Affine({
		inputs: 3,
		outputs: 3,
		key: randomKey(1),
		weight: identityInitializer,
	});
	expect(layer.forward([1, -2, 3]).toArray()).toEqual([1, -2, 3]);
	expect(() => identityInitializer(randomKey(1), [3], 'f32')).toThrow(
		'it must have two axes at least',
	);
});

test('gains keep the size of what an activation makes of normal numbers, where there is a formula', () => {
	expect(gainOf('relu')).toBeCloseTo(Math.SQRT2, 15);
	expect(gainOf('leakyRelu', 1)).toBe(1);
	expect(gainOf('leakyRelu')).toBeCloseTo(Math.sqrt(2 / 1.0001), 15);
	expect([gainOf('linear'), gainOf('sigmoid'), gainOf('tanh'), gainOf('selu')]).toEqual([
		1,
		1,
		5 / 3,
		0.75,
	]);
	// @ts-expect-error no such activation
	expect(() => gainOf('gelu')).toThrow(
		'gainOf: activation is the string "gelu"; it must be one of',
	);
});
