import { randomKey, tensor, uniform } from '@pullback/core';
import { SGD } from '@pullback/nn';
import { expect, test } from 'vitest';
import { TwoLayerNet } from '../src/index.ts';

const x = uniform(randomKey(1), [3, 4]);
const t = tensor([0, 2, 1], { dtype: 'i32' });
const newNet = () =>
	new TwoLayerNet({ inputs: 4, hidden: 5, outputs: 3, weightStd: 0.5, key: randomKey(0) });

test('the gradients of the book’s net by backpropagation are those by differences', () => {
	const net = newNet();
	const [exact, numeric] = [net.gradient(x, t), net.numericalGradient(x, t)];
	for (const name of ['W1', 'b1', 'W2', 'b2'] as const) {
		expect(numeric[name].shape).toEqual(net[name].shape);
		const apart = numeric[name].sub(exact[name].cast('f64')).abs().max().item();
		// Exact gradients are in f32, of numbers below 1; differences err by the square of their step, 1e-8.
		expect(apart).toBeLessThan(1e-6);
	}
	// It does not move what it differentiates.
	expect(net.loss(x, t).item()).toBe(newNet().loss(x, t).item());
});

test('the loss of the book’s net falls along its gradients, and rows with a single 1 are labels, too', () => {
	const net = newNet();
	const before = net.loss(x, t).item();
	const optimizer = new SGD(net.parameters(), { learningRate: 0.5 });
	for (let i = 0; i < 200; i++) {
		const { W1, b1, W2, b2 } = net.gradient(x, t);
		optimizer.step([W1, b1, W2, b2]);
	}
	expect(net.loss(x, t).item()).toBeLessThan(before / 2);
	const rows = tensor([
		[1, 0, 0],
		[0, 0, 1],
		[0, 1, 0],
	]);
	expect(net.loss(x, rows).item()).toBeCloseTo(net.loss(x, t).item(), 5);
	expect(net.accuracy(x, rows).item()).toBe(net.accuracy(x, t).item());
	const right = net.predict(x).argmax(-1).equal(t).sum().item() / 3;
	expect(net.accuracy(x, t).item()).toBeCloseTo(right, 6);
});
