import { compile, grad, type Node, randomKey, tensor, uniform } from '@pullback/core';
import { expect, test } from 'vitest';
import {
	BatchNorm1d,
	BatchNorm2d,
	GroupNorm,
	InstanceNorm1d,
	LayerNorm,
	type Mode,
	RMSNorm,
} from '../../src/index.ts';

const dtype = 'f64';
const batch = (seed: number, shape: readonly number[]): Node =>
	uniform(randomKey(seed), shape, { low: 3, high: 5, dtype });

test('batch norm in training has mean 0 and variance 1 in every channel, before weight and bias', () => {
	const y = new BatchNorm2d({ channels: 3, epsilon: 0, affine: false, dtype }).forward(
		batch(1, [4, 3, 2, 5]),
		'train',
	);
	for (const mean of y.mean([0, 2, 3]).data()) expect(Math.abs(mean)).toBeLessThan(1e-12);
	for (const variance of y.variance([0, 2, 3]).data())
		expect(Math.abs(variance - 1)).toBeLessThan(1e-12);
});

test('running statistics without momentum are the means of those of all batches, compiled or not', () => {
	const layer = new BatchNorm1d({ channels: 2, momentum: null, dtype });
	const batches = [1, 2, 3, 4].map((seed) => batch(seed, [5, 2]));
	const step = compile((x: Node) => layer.forward(x, 'train'));
	for (const [i, x] of batches.entries())
		if (i % 2 === 0) step(x);
		else layer.forward(x, 'train');
	const meanOf = (statistics: (x: Node) => Node): number[] =>
		batches
			.map(statistics)
			.reduce((sum, each) => sum.add(each))
			.div(4)
			.toArray() as number[]; // of a vector
	const expected = [meanOf((x) => x.mean(0)), meanOf((x) => x.variance(0, { correction: 1 }))];
	for (const [i, running] of [layer.runningMean, layer.runningVariance].entries())
		for (const [j, x] of running.data().entries())
			expect(Math.abs(x - (expected[i]?.[j] ?? 0))).toBeLessThan(1e-12);
	expect(layer.batches.item()).toBe(4);
});

test('by the book the running variance is biased, and 0.9 of the old is kept', () => {
	const layer = new BatchNorm1d({ channels: 1, correction: 0, dtype });
	const x = tensor([[1], [3]], { dtype });
	layer.forward(x, 'train');
	expect(layer.runningMean.item()).toBeCloseTo(0.9 * 0 + 0.1 * 2, 12);
	expect(layer.runningVariance.item()).toBeCloseTo(0.9 * 1 + 0.1 * 1, 12);
});

test('out of training batch norm changes nothing, and takes a batch of one', () => {
	const layer = new BatchNorm1d({ channels: 2, dtype });
	layer.forward(batch(1, [4, 2]), 'train');
	const before = JSON.stringify(layer);
	layer.forward(batch(2, [1, 2]));
	expect(JSON.stringify(layer)).toBe(before);
	expect(() => layer.forward(batch(2, [1, 2]), 'train')).toThrow(
		'BatchNorm1d: got shape [1, 2], with 1 element a channel; there must be 2 or more to train by',
	);
	expect(() => layer.forward(batch(2, [4, 2]), 'eval' as Mode)).toThrow(
		'mode is the string "eval"',
	);
	expect(() => layer.forward(batch(2, [4, 3]))).toThrow(
		'it must be [batch, channels] or [batch, channels, length] with 2 channels',
	);
});

test('a row of equal numbers is normalised to 0, with derivative 0', () => {
	const x = tensor([[7, 7, 7, 7]], { dtype });
	for (const layer of [
		new LayerNorm({ shape: 4, affine: false, dtype }),
		new GroupNorm({ groups: 2, channels: 4, affine: false, dtype }),
	]) {
		const y = layer.forward(x);
		expect(y.toArray()).toEqual([[0, 0, 0, 0]]);
		// Of a sum, whose derivative is 0 anywhere, and of one element, whose derivative has no pole.
		expect(grad(y.square().sum(), [x])[0].toArray()).toEqual([[0, 0, 0, 0]]);
		expect(grad(y.slice(0, 0), [x])[0].isFinite().all().toArray()).toBe(true);
	}
});

test('the mean square of what RMSNorm makes is 1, and no mean is taken away', () => {
	const x = batch(3, [3, 5]);
	const y = new RMSNorm({ shape: 5, epsilon: 0, dtype }).forward(x);
	for (const square of y.square().mean(-1).data()) expect(square).toBeCloseTo(1, 12);
	const expected = x.div(x.square().mean(-1, { keepDims: true }).sqrt());
	expect(y.sub(expected).abs().amax().item()).toBeLessThan(1e-12);
});

test('group norm of one group is layer norm of an example, and of a group each, instance norm', () => {
	const x = batch(4, [2, 4, 3]);
	const one = new GroupNorm({ groups: 1, channels: 4, dtype }).forward(x);
	const whole = new LayerNorm({ shape: [4, 3], affine: false, dtype }).forward(x);
	const each = new GroupNorm({ groups: 4, channels: 4, dtype }).forward(x);
	const instance = new InstanceNorm1d({ channels: 4, dtype }).forward(x);
	expect(one.sub(whole).abs().amax().item()).toBeLessThan(1e-12);
	expect(each.sub(instance).abs().amax().item()).toBeLessThan(1e-12);
});

test('one example without a batch is normalised as it is in a batch', () => {
	const x = batch(5, [2, 3, 4]);
	const layer = new InstanceNorm1d({ channels: 3, affine: true, dtype });
	layer.bias?.assign([1, 2, 3]);
	expect(layer.forward(x.slice(1)).toArray()).toEqual(layer.forward(x).slice(1).toArray());
	expect(() => layer.forward(x.slice(0, null, [0, 1]))).toThrow('there must be 2 elements or more');
});
