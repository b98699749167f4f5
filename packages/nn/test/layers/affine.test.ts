import { grad, randomKey, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Affine,
	constantInitializer,
	heInitializer,
	normalInitializer,
	xavierInitializer,
} from '../../src/index.ts';

const layer = new Affine({ inputs: 3, outputs: 2, key: randomKey(1), dtype: 'f64' });

test('an affine layer is a matrix product and a sum, for any leading axes', () => {
	const x = tensor(
		[
			[1, 2, 3],
			[4, 5, 6],
		],
		{ dtype: 'f64' },
	);
	layer.bias?.assign([10, 20]);
	const y = layer.forward(x);
	expect(y.toArray()).toEqual(
		x
			.matmul(layer.weight)
			.add(layer.bias ?? 0)
			.toArray(),
	);
	expect(layer.forward(x.reshape([2, 1, 1, 3])).shape).toEqual([2, 1, 1, 2]);
	expect(layer.forward(x.slice(0)).toArray()).toEqual(y.slice(0).toArray());
});

test('a layer used twice receives both gradients', () => {
	const square = new Affine({
		inputs: 1,
		outputs: 1,
		key: randomKey(1),
		weight: constantInitializer(3),
		bias: false,
	});
	const y = square.forward(square.forward([[2]])).sum();
	// y = 2 w^2, so its derivative is 4 w.
	expect(grad(y, square.parameters())[0]?.item()).toBe(12);
});

test('an input of another length is refused, with both shapes', () => {
	expect(() => layer.forward([[1, 2]])).toThrow(
		'Affine: got [1, 2], needs 3 as the last axis for a weight of [3, 2]',
	);
	expect(() => new Affine({ inputs: 0, outputs: 1, key: randomKey(0) })).toThrow(
		'Affine: inputs is 0',
	);
});

test('the same key gives the same weight, another key another', () => {
	const weight = (seed: number) =>
		new Affine({ inputs: 3, outputs: 2, key: randomKey(seed) }).weight.toArray();
	expect(weight(1)).toEqual(weight(1));
	expect(weight(1)).not.toEqual(weight(2));
});

const count = 100 * 200;
test.each([
	['normal', normalInitializer(0.01), 0.01],
	['Xavier', xavierInitializer, Math.sqrt(1 / 100)],
	['He', heInitializer, Math.sqrt(2 / 100)],
] as const)('%s weights have their standard deviation', (_, initializer, std) => {
	const weight = initializer(randomKey(7), [100, 200], 'f64');
	// The standard deviation of an estimate from n normal numbers is std / sqrt(2 n); five of them.
	expect(Math.abs(weight.std().item() / std - 1)).toBeLessThan(5 / Math.sqrt(2 * count));
	expect(Math.abs(weight.mean().item())).toBeLessThan((5 * std) / Math.sqrt(count));
});
