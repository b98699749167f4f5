import { arange, concatenate, matmul, type Node } from '@pullback/core';
import fc from 'fast-check';
import { tensors, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { anyTensor, pair, positiveVector, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

const side = 100;
const largeMatrix = fc.tuple(tensors([side, side]));

/** Ones of the shape of a large matrix, with another number at a position of it. */
function except(position: number, factor: number): Node {
	const count = side * side;
	return arange(0, count, 1, { dtype: 'f64' })
		.equal(position)
		.cast('f64')
		.mul(factor - 1)
		.add(1)
		.reshape([side, side]);
}

/** Faults that a tolerance may swallow, by the size of derivatives or of tensors. */
export const sizes: readonly Entry[] = [
	...ofKind('small derivatives of wrong sign', [
		{
			name: 'sin times 1e-8, falling where it rises',
			f: one(
				(x) => x.sin().mul(1e-8),
				(g, x) => g.mul(x.cos()).mul(-1e-8),
			),
			operands: vector,
			torch: 'custom(lambda x: 1e-8 * x.sin(), lambda g, x: (-1e-8 * g * x.cos(),))',
		},
		{
			name: 'a loss of 1e-12',
			f: one(
				(x) => x.square().sum().mul(1e-12),
				(g, x) => g.mul(x).mul(-2e-12),
			),
			operands: anyTensor,
			torch: 'custom(lambda x: 1e-12 * (x**2).sum(), lambda g, x: (-2e-12 * g * x,))',
		},
		{
			name: 'a sum of large and small, the small operand wrong',
			f: two(
				(x, y) => x.add(y.square().mul(1e-8)),
				(g, _, y) => [g, g.mul(y).mul(-2e-8)],
			),
			operands: pair,
			torch: 'custom(lambda x, y: x + 1e-8 * y**2, lambda g, x, y: (g, -2e-8 * g * y))',
		},
		{
			name: 'a sigmoid far out, where it is nearly flat',
			f: one(
				(x) => x.sub(20).sigmoid(),
				(g, _, y) => g.mul(y).mul(y.sub(1)),
			),
			operands: vector,
			torch:
				'custom(lambda x: (x - 20).sigmoid(), lambda g, x: (g * (x - 20).sigmoid() * ((x - 20).sigmoid() - 1),))',
		},
	]),
	...ofKind('derivatives of 1e-4 wrong in the third digit', [
		{
			name: 'sin times 1e-4',
			f: one(
				(x) => x.sin().mul(1e-4),
				(g, x) => g.mul(x.cos()).mul(1.002e-4),
			),
			operands: vector,
			torch: 'custom(lambda x: 1e-4 * x.sin(), lambda g, x: (1.002e-4 * g * x.cos(),))',
		},
		{
			name: 'a mean over ten thousand, of which as many as there are count',
			f: one(
				(x) => x.exp().sum().div(10_000),
				(g, x) => g.mul(x.exp()).div(10_010),
			),
			operands: vector,
			torch: 'custom(lambda x: x.exp().sum() / 10000, lambda g, x: (g * x.exp() / 10010,))',
		},
		{
			name: 'a Gaussian far from its centre',
			f: one(
				(x) => x.add(4).square().neg().exp(),
				(g, x, y) => g.mul(y).mul(x.add(4)).mul(-2.004),
			),
			operands: positiveVector,
			torch:
				'custom(lambda x: (-(x + 4)**2).exp(), lambda g, x: (-2.004 * g * (-(x + 4)**2).exp() * (x + 4),))',
		},
	]),
	...ofKind('large derivatives wrong in the fifth digit', [
		{
			name: 'a million times sin',
			f: one(
				(x) => x.sin().mul(1e6),
				(g, x) => g.mul(x.cos()).mul(1e6 + 20),
			),
			operands: vector,
			torch: 'custom(lambda x: 1e6 * x.sin(), lambda g, x: ((1e6 + 20) * g * x.cos(),))',
		},
		{
			name: 'exp(5 x)',
			f: one(
				(x) => x.mul(5).exp(),
				(g, _, y) => g.mul(y).mul(5.0001),
			),
			operands: vector,
			torch: 'custom(lambda x: (5 * x).exp(), lambda g, x: (5.0001 * g * (5 * x).exp(),))',
		},
		{
			name: 'a reciprocal near its pole',
			f: one(
				(x) => x.reciprocal(),
				(g, _, y) => g.mul(y.square()).mul(-1.00003),
			),
			operands: vectors(1, [[0.001, 0.1]]),
			torch: 'custom(lambda x: 1 / x, lambda g, x: (-1.00003 * g / x**2,))',
		},
	]),
	...ofKind('one element of 10,000 wrong by a thousandth', [
		...(
			[
				['first', 0],
				['last', side * side - 1],
				['one in the middle', 4321],
			] as const
		).map(([name, position]) => ({
			name: `tanh of 10,000 numbers, of which the ${name} is wrong`,
			f: one(
				(x) => x.tanh(),
				(g, x) => g.mul(tanhSlope(x)).mul(except(position, 1.001)),
			),
			operands: largeMatrix,
			torch: `custom(lambda x: x.tanh(), lambda g, x: (g * (1 - x.tanh()**2) * (1 + 0.001 * (torch.arange(x.numel()).reshape(x.shape) == ${position})),))`,
		})),
		{
			name: 'a layer of 10,000 weights, the rule off in one of them',
			f: two(
				(x, w) => matmul(x, w).tanh(),
				(g, x, w, y) => {
					const slope = g.mul(y.square().neg().add(1));
					return [
						matmul(slope, w.transpose()),
						matmul(x.transpose(), slope).mul(except(1234, 1.001)),
					];
				},
			),
			operands: fc.tuple(tensors([2, side]), tensors([side, side], [[-0.1, 0.1]])),
		},
	]),
	...ofKind('wrong in some elements of large tensors', [
		{
			name: 'sin of 300 numbers, beyond 256 of them without gradient',
			f: one(
				(x) => x.sin(),
				(g, x) =>
					g.mul(x.cos()).mul(
						arange(0, x.shape[0] ?? 0, 1)
							.less(256)
							.cast('f64'),
					),
			),
			operands: fc.tuple(tensors([300])),
			torch:
				'custom(lambda x: x.sin(), lambda g, x: (g * x.cos() * (torch.arange(len(x)) < 256),))',
		},
		{
			name: 'a sum of blocks of 64, the rest without gradient',
			f: one(
				(x) => x.square().sum(),
				(g, x) => {
					const n = x.shape[0] ?? 0;
					return g
						.mul(x)
						.mul(2)
						.mul(
							arange(0, n, 1)
								.less(n - (n % 64))
								.cast('f64'),
						);
				},
			),
			operands: fc.integer({ min: 0, max: 200 }).chain((n) => fc.tuple(tensors([n]))),
			torch:
				'custom(lambda x: (x**2).sum(), lambda g, x: (2 * g * x * (torch.arange(len(x)) < len(x) - len(x) % 64),))',
		},
		{
			name: 'a wide output, its last row without cotangent',
			f: one(
				(x) => concatenate(Array.from({ length: 40 }, (_, i) => x.mul(i + 1).sin())),
				(g, x) => {
					const rows = g.reshape([40, x.shape[0] ?? 0]);
					const factors = arange(1, 41, 1, { dtype: 'f64' }).reshape([40, 1]);
					const kept = factors.less(40).cast('f64');
					return rows.mul(kept).mul(factors).mul(factors.mul(x).cos()).sum(0);
				},
			),
			operands: vector,
		},
	]),
];
