import { custom, type Node, where } from '@pullback/core';
import fc from 'fast-check';
import { integerTensors, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { vector } from './operands.ts';
import { ofKind, one, two } from './rule.ts';

/** Whole numbers from -1 to 1, of which many are equal. */
const tied = (count: number) =>
	fc
		.integer({ min: 1, max: 5 })
		.chain((length) =>
			fc.tuple(...Array.from({ length: count }, () => integerTensors([length], -1, 1))),
		)
		.map((operands) => operands.map((x) => x.cast('f64')));

/** Faults between equals and beside numbers that are not finite. */
export const kinks: readonly Entry[] = [
	...ofKind('wrong where numbers are equal', [
		{
			name: 'a sum, as of greater and lesser, where equals receive both shares',
			f: two(
				(x, y) => x.add(y),
				(g, x, y) => [
					g.mul(x.greaterEqual(y).cast('f64')).add(g.mul(x.lessEqual(y).cast('f64'))),
					g,
				],
			),
			operands: tied(2),
			torch:
				'custom(lambda x, y: x + y, lambda g, x, y: (g * ((x >= y).to(g.dtype) + (x <= y).to(g.dtype)), g))',
		},
		{
			name: 'a squared difference plus a product, without gradient where both are equal',
			f: two(
				(x, y) => x.sub(y).square().add(x.mul(y)),
				(g, x, y) => {
					const apart = g.mul(x.notEqual(y).cast('f64'));
					return [apart.mul(x.sub(y).mul(2).add(y)), apart.mul(y.sub(x).mul(2).add(x))];
				},
			),
			operands: tied(2),
			torch:
				'custom(lambda x, y: (x - y)**2 + x * y, lambda g, x, y: (g * (x != y) * (2 * (x - y) + y), g * (x != y) * (2 * (y - x) + x)))',
		},
		{
			name: 'log-sum-exp, its gradient shared by the greatest alone',
			f: one(
				(x) => x.exp().sum().log(),
				(g, x) => {
					const share = x.softmax();
					const first = x.equal(x.amax()).cast('f64');
					const ties = first.sum().greater(1).cast('f64');
					return g.mul(share.add(ties.mul(first.div(first.sum()).sub(share))));
				},
			),
			operands: tied(1),
			torch:
				'custom(lambda x: x.exp().sum().log(), lambda g, x: (g * torch.where((x == x.max()).sum() > 1, (x == x.max()) / (x == x.max()).sum(), x.softmax(-1)),))',
		},
	]),
	...ofKind('a choice between one-sided derivatives', [
		{
			name: 'the greater of two, where equals receive the whole gradient both',
			f: custom<readonly [Node, Node]>({
				forward: (x, y) => x.maximum(y),
				vjp: (g, [x, y]) => [
					g.mul(x.greaterEqual(y).cast('f64')),
					g.mul(x.lessEqual(y).cast('f64')),
				],
			}),
			operands: tied(2),
			torch: 'custom(lambda x, y: x.maximum(y), lambda g, x, y: (g * (x >= y), g * (x <= y)))',
			unseen:
				'At equals a maximum has no derivative, so there is none that differences could compare with.',
		},
		{
			name: 'relu with slope 1 at 0',
			f: one(
				(x) => x.relu(),
				(g, x) => g.mul(x.greaterEqual(0).cast('f64')),
			),
			operands: vector,
			torch: 'custom(lambda x: x.relu(), lambda g, x: (g * (x >= 0),))',
			unseen:
				'At 0 relu has no derivative; any number between those of its sides is a subgradient.',
		},
		{
			name: 'an absolute value with slope 7 at 0',
			f: one(
				(x) => x.abs(),
				(g, x) => g.mul(where(x.equal(0), 7, x.sign())),
			),
			operands: vector,
			torch: 'custom(lambda x: x.abs(), lambda g, x: (g * torch.where(x == 0, 7.0, x.sign()),))',
			unseen:
				'At 0 an absolute value has no derivative; that 7 lies beyond the slopes of both sides is not compared.',
		},
	]),
	...ofKind('NaN or infinity where the derivative is finite', [
		{
			name: 'a square by logarithms, NaN below 0',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x.log().mul(2).exp()).mul(2).div(x),
			),
			operands: vector,
			torch: 'custom(lambda x: x**2, lambda g, x: (g * (2 * x.log()).exp() * 2 / x,))',
		},
		{
			name: 'sigmoid, whose rule overflows far out',
			f: one(
				(x) => x.mul(-400).sigmoid(),
				(g, x) => {
					const decay = x.mul(400).exp();
					return g.mul(decay.mul(-400)).div(decay.add(1).square());
				},
			),
			operands: vector,
			torch:
				'custom(lambda x: (-400 * x).sigmoid(), lambda g, x: (g * -400 * (400 * x).exp() / ((400 * x).exp() + 1)**2,))',
		},
		{
			name: 'a product of all, each gradient the product over its own factor',
			f: one(
				(x) => x.prod(),
				(g, x, y) => g.mul(y).div(x),
			),
			operands: vector,
			torch: 'custom(lambda x: x.prod(), lambda g, x: (g * x.prod() / x,))',
		},
		{
			name: 'a fourth power by the root of its square, NaN at 0',
			f: one(
				(x) => x.pow(4),
				(g, x, y) => g.mul(y).mul(4).div(x),
			),
			operands: vector,
			torch: 'custom(lambda x: x**4, lambda g, x: (4 * g * x**4 / x,))',
		},
		{
			name: 'x exp(-x²) whose rule multiplies 0 by infinity',
			f: one(
				(x) => x.mul(x.mul(30).square().neg().exp()),
				(g, x, y) =>
					g
						.mul(y.div(x))
						.mul(x.square().mul(-1800).add(1))
						.add(g.mul(0).mul(x.square().mul(900).exp())),
			),
			operands: vector,
			torch:
				'custom(lambda x: x * (-(30 * x)**2).exp(), lambda g, x: (g * (-(30 * x)**2).exp() * (1 - 1800 * x**2) + 0 * g * (900 * x**2).exp(),))',
		},
		{
			name: 'infinite where a slope of 0 was inverted',
			f: one(
				(x) => x.sin(),
				(g, x) => g.div(where(x.greater(1), x.zerosLike(), x.cos().reciprocal())),
			),
			operands: vectors(1, [[-1.4, 1.4]]),
			torch:
				'custom(lambda x: x.sin(), lambda g, x: (g / torch.where(x > 1, 0 * x, 1 / x.cos()),))',
		},
	]),
];
