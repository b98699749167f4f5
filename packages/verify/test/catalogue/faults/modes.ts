import { matmul } from '@pullback/core';
import { positive, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { anyTensor, factors, pair, positiveVector, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

/** Rules that are right in one mode and wrong in the other. */
export const modes: readonly Entry[] = [
	...ofKind('forward mode wrong alone', [
		{
			name: 'a square, its tangent halved',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x).mul(2),
				(t, x) => t.mul(x),
			),
			operands: anyTensor,
		},
		{
			name: 'cos, its tangent of the other sign',
			f: one(
				(x) => x.cos(),
				(g, x) => g.mul(x.sin()).neg(),
				(t, x) => t.mul(x.sin()),
			),
			operands: vector,
		},
		{
			name: 'a product that ignores the tangent of the second operand',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(y), g.mul(x)],
				([s], _, y) => s.mul(y),
			),
			operands: pair,
		},
		{
			name: 'tanh that does not move',
			f: one(
				(x) => x.tanh(),
				(g, x) => g.mul(tanhSlope(x)),
				() => null,
			),
			operands: vector,
		},
		{
			name: 'exp, its tangent too large by 1e-5',
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(y),
				(t, _, y) => t.mul(y).mul(1.00001),
			),
			operands: vector,
		},
		{
			name: 'a product of matrices that mixes up the tangents',
			f: two(
				matmul,
				(g, x, y) => [matmul(g, y.transpose()), matmul(x.transpose(), g)],
				([s, t], x, y) => matmul(s, y).sub(matmul(x, t)),
			),
			operands: factors,
		},
	]),
	...ofKind('reverse mode wrong alone', [
		{
			name: 'a square, its cotangent halved',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x),
				(t, x) => t.mul(x).mul(2),
			),
			operands: anyTensor,
			torch: 'custom(lambda x: x**2, lambda g, x: (g * x,))',
		},
		{
			name: 'sin, its gradient off by 1e-4',
			f: one(
				(x) => x.sin(),
				(g, x) => g.mul(x.cos()).mul(1.0001),
				(t, x) => t.mul(x.cos()),
			),
			operands: vector,
			torch: 'custom(lambda x: x.sin(), lambda g, x: (g * x.cos() * 1.0001,))',
		},
		{
			name: 'a quotient without gradient of the denominator',
			f: two(
				(x, y) => x.div(y),
				(g, _, y) => [g.div(y), null],
				([s, t], x, y) => s.sub(x.div(y).mul(t)).div(y),
			),
			operands: vectors(2, positive),
			torch: 'custom(lambda x, y: x / y, lambda g, x, y: (g / y, None))',
		},
	]),
	...ofKind('second derivative wrong in one mode', [
		{
			name: 'a cube, constant in forward mode',
			f: one(
				(x) => x.pow(3),
				(g, x) => g.mul(x.square()).mul(3),
				(t, x) => t.mul(x.square().mul(3).stopGradient()),
			),
			operands: vector,
		},
		{
			name: 'a cube, constant in reverse mode',
			f: one(
				(x) => x.pow(3),
				(g, x) => g.mul(x.square().mul(3).stopGradient()),
				(t, x) => t.mul(x.square()).mul(3),
			),
			operands: vector,
			torch: 'custom(lambda x: x**3, lambda g, x: (g * (3 * x**2).detach(),))',
		},
		{
			name: 'a logarithm whose tangent is kept as a number',
			f: one(
				(x) => x.log(),
				(g, x) => g.div(x),
				(t, x) => t.stopGradient().div(x),
			),
			operands: positiveVector,
		},
		{
			name: 'exp, in forward mode by an output without derivative',
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(y),
				(t, _, y) => t.mul(y.stopGradient()),
			),
			operands: vector,
		},
	]),
];
