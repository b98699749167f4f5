import { randomKey, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import {
	Adam,
	Affine,
	AvgPool1d,
	Dropout,
	Embedding,
	Flatten,
	GlobalAvgPool,
	GlobalMaxPool,
	Lambda,
	type Mode,
	Reshape,
	Residual,
	Tanh,
} from '../../src/index.ts';

const key = randomKey(1);

test('shapes change as told, the batch stays', () => {
	const x = tensor(
		Float32Array.from({ length: 24 }, (_, i) => i),
		{ shape: [2, 3, 4] },
	);
	expect(new Flatten().forward(x).shape).toEqual([2, 12]);
	expect(new Flatten(0).forward(x).shape).toEqual([24]);
	expect(new Reshape([2, -1]).forward(x).shape).toEqual([2, 2, 6]);
	expect(new Reshape([]).forward(x.slice(null, 0, 0)).shape).toEqual([2]);
	expect(new Reshape([12]).forward(x).data()).toEqual(x.data());
	expect(() => new Reshape([1.5])).toThrow('Reshape: shape is 1.5');
	expect(() => new Reshape([5]).forward(x)).toThrow('cannot reshape [2, 3, 4] to [2, 5]');
});

test('a residual adds its path to x, or to a shortcut, and both are told the mode', () => {
	const x = tensor([[1, 2]]);
	expect(new Residual(new Tanh()).forward(x).toArray()).toEqual(x.add(x.tanh()).toArray());
	const modes: Mode[] = [];
	const told = new Lambda((y, mode) => {
		modes.push(mode);
		return y;
	});
	expect(new Residual(told, told).forward(x, 'train').toArray()).toEqual([[2, 4]]);
	expect(modes).toEqual(['train', 'train']);
	expect(new Residual(new Tanh(), new Dropout({ key })).namedVariables().size).toBe(1);
	expect(() => new Residual(new Affine({ inputs: 2, outputs: 3, key })).forward(x)).toThrow(
		'Residual: the path makes [1, 3], beside it is [1, 2]; both must have one shape',
	);
});

test('global pooling leaves a number for each channel', () => {
	const x = tensor([[[[1, 2]], [[3, 7]]]]);
	expect(new GlobalAvgPool().forward(x).toArray()).toEqual([[1.5, 5]]);
	expect(new GlobalMaxPool().forward(x).toArray()).toEqual([[2, 7]]);
	expect(() => new GlobalMaxPool().forward([[1, 2]])).toThrow('[batch, channels, ...spatial]');
});

test('an average with a divisor of its own divides by it, and by nothing else', () => {
	const x = tensor([[[1, 2, 3, 6]]]);
	const layer = new AvgPool1d(2, { divisorOverride: -3 });
	expect(layer.forward(x).toArray()).toEqual([[[-1, -3]]]);
	expect(() => new AvgPool1d(2, { divisorOverride: 0.5 })).toThrow(
		'AvgPool1d: divisorOverride is 0.5; it must be a whole number other than 0',
	);
	expect(() => new AvgPool1d(2, { divisorOverride: 1, countIncludePad: true })).toThrow(
		'AvgPool1d: got countIncludePad, true, and divisorOverride, 1, which each say what sums are divided by; pass one of them',
	);
});

test('the padding row of an embedding starts at 0, and stays so', () => {
	const layer = new Embedding({ count: 4, width: 2, key, padding: 3 });
	const indices = tensor([3, 0, 1, 3], { dtype: 'i32' });
	const before = layer.weight.toArray() as number[][]; // a matrix
	expect(before[3]).toEqual([0, 0]);
	const optimizer = new Adam(layer.parameters(), { learningRate: 0.1 });
	for (let i = 0; i < 3; i++) optimizer.minimize(layer.forward(indices).sub(1).square().sum());
	const after = layer.weight.toArray() as number[][]; // a matrix
	expect(after[3]).toEqual([0, 0]);
	// A row that no index names is not trained either.
	expect(after[2]).toEqual(before[2]);
	expect(after[0]).not.toEqual(before[0]);
});

test('an index that an embedding has no row for is refused', () => {
	const layer = new Embedding({ count: 4, width: 2, key });
	for (const index of [4, -1])
		expect(() => layer.forward(tensor([index], { dtype: 'i32' })).data()).toThrow(RangeError);
	expect(() => layer.forward([1])).toThrow('Embedding: indices are f32, must be i32 or u8');
	expect(() => new Embedding({ count: 4, width: 2, key, padding: 4 })).toThrow(
		'Embedding: padding is 4; it must be an index below the count, 4',
	);
});
