import { matmul, sum } from '@pullback/core';
import { nonzero, positive, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { anyTensor, factors, pair, positiveVector, squareMatrices, vector } from './operands.ts';
import { ofKind, one, two } from './rule.ts';

/** Rules with a slip of the pen, wrong nearly everywhere. */
export const formulas: readonly Entry[] = [
	...ofKind('wrong factor', [
		{
			name: 'a cube with derivative 2 x',
			f: one(
				(x) => x.pow(3),
				(g, x) => g.mul(x).mul(2),
			),
			operands: vector,
			torch: 'custom(lambda x: x**3, lambda g, x: (g * x * 2,))',
		},
		{
			name: 'a square with derivative x',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x),
			),
			operands: anyTensor,
			torch: 'custom(lambda x: x**2, lambda g, x: (g * x,))',
		},
		{
			name: 'exp(2 x) without the inner factor',
			f: one(
				(x) => x.mul(2).exp(),
				(g, x) => g.mul(x.mul(2).exp()),
			),
			operands: vector,
			torch: 'custom(lambda x: (2 * x).exp(), lambda g, x: (g * (2 * x).exp(),))',
		},
		{
			name: 'a mean whose gradient is not divided by the count',
			f: one(
				(x) => x.mean(),
				(g, x) => g.mul(x.onesLike()),
			),
			operands: anyTensor,
			torch: 'custom(lambda x: x.mean(), lambda g, x: (g * torch.ones_like(x),))',
		},
		{
			name: 'a logarithm to base 2 with the derivative of the natural one',
			f: one(
				(x) => x.log().div(Math.LN2),
				(g, x) => g.div(x),
			),
			operands: positiveVector,
			torch: 'custom(lambda x: x.log2(), lambda g, x: (g / x,))',
		},
		{
			name: 'a product of matrices, twice the gradient of the second',
			f: two(matmul, (g, x, y) => [matmul(g, y.transpose()), matmul(x.transpose(), g).mul(2)]),
			operands: factors,
			torch: 'custom(lambda x, y: x @ y, lambda g, x, y: (g @ y.T, 2 * (x.T @ g)))',
		},
	]),
	...ofKind('wrong sign', [
		{
			name: 'cos with derivative sin',
			f: one(
				(x) => x.cos(),
				(g, x) => g.mul(x.sin()),
			),
			operands: vector,
			torch: 'custom(lambda x: x.cos(), lambda g, x: (g * x.sin(),))',
		},
		{
			name: 'a reciprocal that rises',
			f: one(
				(x) => x.reciprocal(),
				(g, x) => g.div(x.square()),
			),
			operands: vectors(1, nonzero),
			torch: 'custom(lambda x: 1 / x, lambda g, x: (g / x**2,))',
		},
		{
			name: 'a difference with the gradients of a sum',
			f: two(
				(x, y) => x.sub(y),
				(g) => [g, g],
			),
			operands: pair,
			torch: 'custom(lambda x, y: x - y, lambda g, x, y: (g, g))',
		},
		{
			name: 'sqrt(1 - x²) that rises for x above 0',
			f: one(
				(x) => x.square().neg().add(1).sqrt(),
				(g, x, y) => g.mul(x).div(y),
			),
			operands: vectors(1, [[-0.9, 0.9]]),
			torch: 'custom(lambda x: (1 - x**2).sqrt(), lambda g, x: (g * x / (1 - x**2).sqrt(),))',
		},
	]),
	...ofKind('missing term', [
		{
			name: 'x tanh x without x tanh′ x',
			f: one(
				(x) => x.mul(x.tanh()),
				(g, x) => g.mul(x.tanh()),
			),
			operands: vector,
			torch: 'custom(lambda x: x * x.tanh(), lambda g, x: (g * x.tanh(),))',
		},
		{
			name: 'softmax without what it is normalised by',
			f: one(
				(x) => x.softmax(),
				(g, _, y) => g.mul(y),
			),
			operands: vector,
			torch: 'custom(lambda x: x.softmax(-1), lambda g, x: (g * x.softmax(-1),))',
		},
		{
			name: 'a vector over its norm, the norm taken as constant',
			f: one(
				(x) => x.div(x.square().sum().sqrt()),
				(g, x) => g.div(x.square().sum().sqrt()),
			),
			operands: vectors(1, nonzero),
			torch: 'custom(lambda x: x / (x**2).sum().sqrt(), lambda g, x: (g / (x**2).sum().sqrt(),))',
		},
		{
			name: 'x to the power x, the exponent taken as constant',
			f: one(
				(x) => x.pow(x),
				(g, _, y) => g.mul(y),
			),
			operands: positiveVector,
			torch: 'custom(lambda x: x**x, lambda g, x: (g * x**x,))',
		},
		{
			name: 'log-softmax with the identity as its derivative',
			f: one(
				(x) => x.logSoftmax(),
				(g) => g,
			),
			operands: vector,
			torch: 'custom(lambda x: x.log_softmax(-1), lambda g, x: (g,))',
		},
	]),
	...ofKind('swapped operands', [
		{
			name: 'a quotient with operands swapped in the rule',
			f: two(
				(x, y) => x.div(y),
				(g, x, y) => [g.div(x), g.mul(y).div(x.square()).neg()],
			),
			operands: vectors(2, nonzero),
			torch: 'custom(lambda x, y: x / y, lambda g, x, y: (g / x, -g * y / x**2))',
		},
		{
			name: 'a power that gives base and exponent each the gradient of the other',
			f: two(
				(x, y) => x.pow(y),
				(g, x, y, z) => [g.mul(z).mul(x.log()), g.mul(y).mul(z).div(x)],
			),
			operands: vectors(2, positive),
			torch: 'custom(lambda x, y: x**y, lambda g, x, y: (g * x**y * x.log(), g * y * x**y / x))',
		},
		{
			name: 'a product of matrices with the gradients swapped',
			f: two(matmul, (g, x, y) => [matmul(x.transpose(), g), matmul(g, y.transpose())]),
			operands: squareMatrices,
			torch: 'custom(lambda x, y: x @ y, lambda g, x, y: (x.T @ g, g @ y.T))',
		},
		{
			name: 'a product with each gradient times its own operand',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(x), g.mul(y)],
			),
			operands: pair,
			torch: 'custom(lambda x, y: x * y, lambda g, x, y: (g * x, g * y))',
		},
		{
			name: 'a weighted sum that swaps weights and values',
			f: two(
				(x, y) => sum(x.mul(y.exp())),
				(g, x, y) => [g.mul(x), g.mul(x).mul(y.exp())],
			),
			operands: pair,
			torch: 'custom(lambda x, y: (x * y.exp()).sum(), lambda g, x, y: (g * x, g * x * y.exp()))',
		},
	]),
];
