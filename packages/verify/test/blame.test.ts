import { custom, matmul, type Node, tensor } from '@pullback/core';
import { expect, test } from 'vitest';
import { blame } from '../src/index.ts';

const f64 = (data: number[] | number[][]) => tensor(data, { dtype: 'f64' });
const x = f64([
	[0.5, -1],
	[2, 0.25],
]);
const w = f64([
	[1, 2],
	[-0.5, 1],
]);

const wrongSwish = custom<readonly [Node]>({
	forward: (a) => a.mul(a.sigmoid()),
	vjp: (g, [a]) => [g.mul(a.sigmoid())],
});

test('in a net whose derivatives are right nobody is to blame', () => {
	expect(blame((a, b) => matmul(a, b).relu().logSoftmax().sum(), [x, w])).toBeNull();
});

test('the operation whose derivative is wrong is named, with its operands and its place', () => {
	const net = (a: Node, b: Node): Node => {
		const hidden = matmul(a, b).tanh();
		const active = wrongSwish(hidden);
		return matmul(active, b).square().sum();
	};
	const found = blame(net, [x, w]);
	expect(found?.node.primitive.name).toBe('custom');
	expect(found?.site).toMatch(/blame\.test\.ts:\d+:\d+$/);
	expect(String(found)).toMatch(/^custom of f64\[2, 2\] at .*\n.*derivatives disagree/);
});

test('of several wrong operations the first is named', () => {
	const found = blame((a) => wrongSwish(wrongSwish(a).mul(2)).sum(), [x]);
	// The first has the net's own operand.
	expect(found?.node.inputs[1]?.toArray()).toEqual(x.toArray());
});

test('integers, truth values and stopped gradients are not blamed', () => {
	const indices = tensor([1, 0], { dtype: 'i32' });
	expect(
		blame(
			(a) => a.take(indices).stopGradient().mul(a).where(a.greater(0), 1).cast('f64').add(a),
			[x],
		),
	).toBeNull();
});
