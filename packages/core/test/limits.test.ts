import { expect, test } from 'vitest';
import { concatenate, grad, type Node, printGraph, stack, tensor, vmap } from '../src/index.ts';

test('a sum over 100,000 separate Nodes has a gradient for each', () => {
	const nodes = Array.from({ length: 100_000 }, (_, i) => tensor(i, { dtype: 'f64' }));
	for (const total of [
		stack(nodes).sum(),
		concatenate(nodes.map((node) => node.reshape([1]))).sum(),
		nodes.reduce((sum, node) => sum.add(node)),
	]) {
		expect(total.item()).toBe((100_000 * 99_999) / 2);
		const gradients = stack(grad(total, nodes));
		expect(gradients.sum().item()).toBe(100_000);
		expect(gradients.amin().item()).toBe(1);
	}
});

test('one Node with 100,000 users receives all their gradients', () => {
	const x = tensor(1, { dtype: 'f64' });
	const users = Array.from({ length: 100_000 }, (_, i) => x.mul(i));
	expect(grad(stack(users).sum(), [x])[0]?.item()).toBe((100_000 * 99_999) / 2);
});

test('a deep chain is batched and printed', () => {
	const deep = (x: Node): Node => {
		let y = x;
		for (let i = 0; i < 50_000; i++) y = y.add(1);
		return y;
	};
	expect(vmap(deep)([1, 2]).toArray()).toEqual([50_001, 50_002]);
	expect(printGraph(deep(tensor(0))).length).toBeGreaterThan(1_000_000);
});
