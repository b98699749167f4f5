import { compile, grad, type Node, ones, randomKey, tensor } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dropout, DropPath, type Mode } from '../../src/index.ts';

const rates = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const shapes = fc.array(fc.nat(4), { minLength: 1, maxLength: 3 });
const seeds = fc.nat(1000);
const key = randomKey(1);

test('in training every element is 0 or x / (1 - rate), and so is its derivative; 0 of none that is kept', () => {
	fc.assert(
		fc.property(rates, shapes, seeds, (rate, shape, seed) => {
			const x = ones(shape, { dtype: 'f64' });
			const y = new Dropout({ rate, key: randomKey(seed) }).forward(x, 'train');
			const kept = rate === 1 ? 0 : 1 / (1 - rate);
			for (const each of y.data()) expect([0, kept]).toContain(each);
			// The function is linear in each element.
			expect(grad(y.sum(), [x])[0].data()).toEqual(y.data());
			if (rate === 0) expect(y.data()).toEqual(x.data());
			if (rate === 1) expect(y.data()).toEqual(x.mul(0).data());
		}),
	);
});

test('the share that becomes 0 is the rate', () => {
	for (const rate of [0.1, 0.5, 0.9]) {
		const y = new Dropout({ rate, key }).forward(ones([10_000]), 'train');
		const share = y.equal(0).cast('f32').mean().item();
		// Five standard deviations of a share of so many.
		expect(Math.abs(share - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / 10_000));
	}
});

test('out of training it is x itself, and the stream stays where it is', () => {
	for (const layer of [new Dropout({ key }), new DropPath({ rate: 0.5, key })]) {
		const before = layer.key.toArray();
		expect(layer.forward([[1, 2, 3]]).toArray()).toEqual([[1, 2, 3]]);
		expect(layer.key.toArray()).toEqual(before);
	}
});

test('by the book, kept elements are as they were, and all are multiplied by 1 - rate out of training', () => {
	const layer = new Dropout({ rate: 0.25, key, scaled: 'evaluate' });
	const x = ones([200]);
	expect(new Set(layer.forward(x, 'train').data())).toEqual(new Set([0, 1]));
	expect(new Set(layer.forward(x).data())).toEqual(new Set([0.75]));
});

test('every call draws anew, within a compiled function and between its runs', () => {
	const layer = new Dropout({ key });
	const x = ones([40]);
	const twice = compile((each: Node) => [
		layer.forward(each, 'train'),
		layer.forward(each, 'train'),
	]);
	const drawn = [...twice(x), ...twice(x), layer.forward(x, 'train')].map((y) => y.toArray());
	// Two of them are the same in one case of 2^40.
	for (const [i, each] of drawn.entries())
		for (const other of drawn.slice(i + 1)) expect(each).not.toEqual(other);
});

test('DropPath drops whole examples', () => {
	const y = new DropPath({ rate: 0.5, key }).forward(ones([64, 2, 3]), 'train');
	const sums = new Set(y.sum([1, 2]).data());
	expect(sums).toEqual(new Set([0, 12]));
});

test('what is no rate, key or mode is refused', () => {
	expect(() => new Dropout({ rate: 1.5, key })).toThrow('Dropout: rate is 1.5; it must be');
	expect(() => new DropPath({ rate: -0.1, key })).toThrow('DropPath: rate is -0.1; it must be');
	expect(() => new Dropout({ key: tensor([1, 2]) })).toThrow('key is f32[2]; it must be i32[2]');
	expect(() => new Dropout({ key }).forward([1], 'training' as Mode)).toThrow(
		"Dropout: mode is the string \"training\"; it must be 'train' or 'evaluate'",
	);
	expect(() => new DropPath({ rate: 0.5, key }).forward(1, 'train')).toThrow(
		'a scalar of shape []',
	);
});
