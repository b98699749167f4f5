import { type Node, where } from '@pullback/core';
import { nonzero, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { anyTensor, pair, positiveVector, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

/** tanh, its slope multiplied where a condition holds. */
const tanhExcept = (condition: (x: Node) => Node, factor = 1.5): ((x: Node) => Node) =>
	one(
		(x) => x.tanh(),
		(g, x) => g.mul(tanhSlope(x)).mul(where(condition(x), factor, 1)),
	);
const torchTanhExcept = (condition: string, factor = 1.5): string =>
	`custom(lambda x: x.tanh(), lambda g, x: (g * (1 - x.tanh()**2) * torch.where(${condition}, ${factor}, 1.0),))`;

const narrow =
	'Of all numbers drawn, a few hundred, none is likely to fall into so small a part of the domain, and nothing in the values tells where it is.';

/** Faults that show in some part of the domain alone. */
export const points: readonly Entry[] = [
	...ofKind('wrong at a special number', [
		...[0, 1, -1, 2, 0.5].map((at) => ({
			name: `tanh, without gradient at ${at}`,
			f: tanhExcept((x) => x.equal(at), 0),
			operands: vector,
			torch: torchTanhExcept(`x == ${at}`, 0),
		})),
		{
			name: 'a logarithm with slope 0 at 1, where it is 0',
			f: one(
				(x) => x.log(),
				(g, x, y) => g.mul(where(y.equal(0), 0, x.reciprocal())),
			),
			operands: positiveVector,
			torch: 'custom(lambda x: x.log(), lambda g, x: (g * torch.where(x == 1, 0 * x, 1 / x),))',
		},
		{
			name: 'a square root, without gradient at the least of its domain',
			f: one(
				(x) => x.sqrt(),
				(g, x, y) => g.mul(where(x.lessEqual(0.2), 0, y.reciprocal().mul(0.5))),
			),
			operands: positiveVector,
			torch:
				'custom(lambda x: x.sqrt(), lambda g, x: (g * torch.where(x <= 0.2, 0 * x, 0.5 / x.sqrt()),))',
		},
		{
			name: 'a cube, at the greatest of its domain as if clipped',
			f: one(
				(x) => x.pow(3),
				(g, x) => g.mul(where(x.less(3), x.square().mul(3), 0)),
			),
			operands: vector,
			torch: 'custom(lambda x: x**3, lambda g, x: (g * torch.where(x < 3, 3 * x**2, 0 * x),))',
		},
		{
			name: 'a product, without gradient of the first where the second is 1',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(where(y.equal(1), 0, y)), g.mul(x)],
			),
			operands: pair,
			torch:
				'custom(lambda x, y: x * y, lambda g, x, y: (g * torch.where(y == 1, 0 * y, y), g * x))',
		},
	]),
	...ofKind('wrong for large or negative numbers', [
		{
			name: 'tanh, wrong beyond 2 on either side',
			f: tanhExcept((x) => x.abs().greater(2)),
			operands: vector,
			torch: torchTanhExcept('x.abs() > 2'),
		},
		{
			name: 'tanh, wrong below 0',
			f: tanhExcept((x) => x.less(0)),
			operands: anyTensor,
			torch: torchTanhExcept('x < 0'),
		},
		{
			name: 'x², with the derivative of x |x|',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x.abs()).mul(2),
			),
			operands: vector,
			torch: 'custom(lambda x: x**2, lambda g, x: (2 * g * x.abs(),))',
		},
		{
			name: 'tanh, wrong beyond 2.9',
			f: tanhExcept((x) => x.greater(2.9)),
			operands: vector,
			torch: torchTanhExcept('x > 2.9'),
		},
	]),
	...ofKind('wrong in a part of the plane', [
		{
			name: 'a product, wrong where the first alone is negative',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(where(x.less(0).logicalAnd(y.greater(0)), y.neg(), y)), g.mul(x)],
			),
			operands: pair,
			torch:
				'custom(lambda x, y: x * y, lambda g, x, y: (g * torch.where((x < 0) & (y > 0), -y, y), g * x))',
		},
		{
			name: 'a distance, wrong where both are greater than 1',
			f: two(
				(x, y) => x.square().add(y.square()).sqrt(),
				(g, x, y, z) => [
					g.mul(x).div(z),
					g
						.mul(y)
						.div(z)
						.mul(where(x.greater(1).logicalAnd(y.greater(1)), 0.5, 1)),
				],
			),
			operands: vectors(2, nonzero),
			torch:
				'custom(lambda x, y: (x**2 + y**2).sqrt(), lambda g, x, y: (g * x / (x**2 + y**2).sqrt(), g * y / (x**2 + y**2).sqrt() * torch.where((x > 1) & (y > 1), 0.5, 1.0)))',
		},
		{
			name: 'a quotient, wrong where the numerator is much smaller',
			f: two(
				(x, y) => x.div(y),
				(g, x, y) => [
					g.div(y),
					where(x.abs().mul(4).less(y.abs()), 0, g.mul(x).div(y.square()).neg()),
				],
			),
			operands: vectors(2, nonzero),
			torch:
				'custom(lambda x, y: x / y, lambda g, x, y: (g / y, torch.where(4 * x.abs() < y.abs(), 0 * y, -g * x / y**2)))',
		},
	]),
	...ofKind('wrong beyond a threshold', [
		{
			name: 'softplus, its slope 1 from 2 on',
			f: one(
				(x) => x.softplus(),
				(g, x) => g.mul(where(x.greater(2), 1, x.sigmoid())),
			),
			operands: vector,
			torch:
				'custom(lambda x: torch.nn.functional.softplus(x), lambda g, x: (g * torch.where(x > 2, 1.0, x.sigmoid()),))',
		},
		{
			name: 'Huber’s loss, its threshold 1 in the rule and 1.2 in the value',
			f: one(
				(x) => where(x.abs().less(1.2), x.square().mul(0.5), x.abs().sub(0.6).mul(1.2)),
				(g, x) => g.mul(x.clip(-1, 1)),
			),
			operands: vector,
			torch:
				'custom(lambda x: torch.where(x.abs() < 1.2, 0.5 * x**2, 1.2 * (x.abs() - 0.6)), lambda g, x: (g * x.clamp(-1, 1),))',
		},
		{
			name: 'exp, by its series of second order near 0',
			f: one(
				(x) => x.exp(),
				(g, x, y) => g.mul(where(x.abs().less(0.3), x.square().div(2).add(x).add(1), y)),
			),
			operands: vector,
			torch:
				'custom(lambda x: x.exp(), lambda g, x: (g * torch.where(x.abs() < 0.3, 1 + x + x**2 / 2, x.exp()),))',
		},
		{
			name: 'relu whose rule begins at 0.1',
			f: one(
				(x) => x.relu(),
				(g, x) => g.mul(x.greater(0.1).cast('f64')),
			),
			operands: vector,
			torch: 'custom(lambda x: x.relu(), lambda g, x: (g * (x > 0.1),))',
		},
	]),
	...ofKind('wrong in a tenth of a unit', [
		...[1, -2.5, 0.3].map((from) => ({
			name: `tanh, wrong between ${from} and ${Number((from + 0.1).toFixed(1))}`,
			f: tanhExcept((x) => x.greater(from).logicalAnd(x.less(from + 0.1))),
			operands: vector,
			torch: torchTanhExcept(`(x > ${from}) & (x < ${from} + 0.1)`),
		})),
	]),
	...ofKind('wrong in a ten-thousandth of a unit', [
		...[1.2, -0.7, 2.3].map((from) => ({
			name: `tanh, wrong for a ten-thousandth from ${from}`,
			f: tanhExcept((x) => x.greater(from).logicalAnd(x.less(from + 1e-4))),
			operands: vector,
			torch: torchTanhExcept(`(x > ${from}) & (x < ${from} + 1e-4)`),
			unseen: narrow,
		})),
	]),
];
