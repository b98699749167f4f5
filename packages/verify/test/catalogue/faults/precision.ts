import { type Node, where } from '@pullback/core';
import { positive, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { anyTensor, pair, positiveVector, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

const isSingle = ({ dtype }: Node): boolean => dtype === 'f32';
/** Rules that lose digits, or are wrong in one dtype alone. */
export const precision: readonly Entry[] = [
	...ofKind('wrong in f32 alone', [
		{
			name: 'tanh, wrong in f32',
			f: one(
				(x) => x.tanh(),
				(g, x) => g.mul(tanhSlope(x)).mul(isSingle(x) ? 1.01 : 1),
			),
			operands: vector,
		},
		{
			name: 'a product whose second gradient is lost in f32',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(y), isSingle(x) ? null : g.mul(x)],
			),
			operands: pair,
		},
		{
			name: 'sin, in f32 its tangent alone of the other sign',
			f: one(
				(x) => x.sin(),
				(g, x) => g.mul(x.cos()),
				(t, x) => t.mul(x.cos()).mul(isSingle(x) ? -1 : 1),
			),
			operands: anyTensor,
		},
		{
			name: 'a logarithm with an epsilon of 1e-3 in f32',
			f: one(
				(x) => x.log(),
				(g, x) => g.div(x.add(isSingle(x) ? 1e-3 : 0)),
			),
			operands: positiveVector,
		},
		{
			name: 'exp, in f32 of a slope with three digits, as in half precision',
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(isSingle(y) ? y.mul(256).round().div(256) : y),
			),
			operands: vector,
		},
		{
			name: 'a sigmoid whose rule overflows in f32 alone',
			f: one(
				(x) => x.mul(-30).sigmoid(),
				(g, x) => {
					const decay = x.mul(30).exp();
					return g.mul(decay.mul(-30)).div(decay.add(1).square());
				},
			),
			operands: vector,
		},
	]),
	...ofKind('second derivative wrong in f32 alone', [
		{
			name: 'a cube whose slope is constant in f32',
			f: one(
				(x) => x.pow(3),
				(g, x) => {
					const slope = x.square().mul(3);
					return g.mul(isSingle(x) ? slope.stopGradient() : slope);
				},
			),
			operands: vector,
		},
		{
			name: 'sin, in f32 the derivative of its slope of the other sign',
			f: one(
				(x) => x.sin(),
				(g, x) =>
					g.mul(
						one(
							(y) => y.cos(),
							(h, y) => h.mul(y.sin()).mul(isSingle(y) ? 1 : -1),
						)(x),
					),
			),
			operands: vector,
		},
		{
			name: 'exp, in f32 by an output without derivative',
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(isSingle(y) ? y.stopGradient() : y),
			),
			operands: vector,
		},
	]),
	...ofKind('digits lost in the rule', [
		{
			name: 'sin(1000 x), the angle of its slope in f32',
			f: one(
				(x) => x.mul(1000).sin(),
				(g, x) => g.mul(x.mul(1000).cast('f32').cos().cast('f64')).mul(1000),
			),
			operands: vector,
			torch:
				'custom(lambda x: (1000 * x).sin(), lambda g, x: (1000 * g * (1000 * x).float().cos().double(),))',
		},
		{
			name: 'tanh, its slope as a small difference in f32',
			f: one(
				(x) => x.mul(2).tanh(),
				(g, x) => {
					const y = x.mul(2).tanh().cast('f32');
					return g.mul(y.square().neg().add(1).cast('f64')).mul(2);
				},
			),
			operands: vector,
			torch:
				'custom(lambda x: (2 * x).tanh(), lambda g, x: (2 * g * (1 - (2 * x).tanh().float()**2).double(),))',
		},
		{
			name: 'a square, its cotangent in sixteenths',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(16).round().div(16).mul(x).mul(2),
			),
			operands: vector,
			torch: 'custom(lambda x: x**2, lambda g, x: (2 * (16 * g).round() / 16 * x,))',
		},
	]),
	...ofKind('a rule computed in single precision', [
		{
			name: 'exp, its slope rounded to f32',
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(y.cast('f32').cast('f64')),
			),
			operands: vector,
			torch: 'custom(lambda x: x.exp(), lambda g, x: (g * x.exp().float().double(),))',
		},
		{
			name: 'a product, its cotangent rounded to f32',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => {
					const rounded = g.cast('f32').cast('f64');
					return [rounded.mul(y), rounded.mul(x)];
				},
			),
			operands: pair,
			torch:
				'custom(lambda x, y: x * y, lambda g, x, y: (g.float().double() * y, g.float().double() * x))',
			unseen:
				'Cotangents are 0 and 1, or random numbers that f32 holds, so that derivatives in f32 are comparable with those in f64.',
		},
		{
			name: 'a logarithm, its slope off by 1e-10',
			f: one(
				(x) => x.log(),
				(g, x) => g.div(x).mul(1 + 1e-10),
			),
			operands: vectors(1, positive),
			torch: 'custom(lambda x: x.log(), lambda g, x: (g / x * (1 + 1e-10),))',
			unseen:
				'Off by less than the relative tolerance of 1e-8, as the rounding of a right rule may be.',
		},
	]),
	...ofKind('wrong by an epsilon that matters at small numbers', [
		{
			name: 'a norm with 1e-4 under the root of the rule',
			f: one(
				(x) => x.square().sum().sqrt(),
				(g, x) => g.mul(x).div(x.square().sum().add(1e-4).sqrt()),
			),
			operands: vectors(1, [[0.1, 3]]),
			torch:
				'custom(lambda x: (x**2).sum().sqrt(), lambda g, x: (g * x / ((x**2).sum() + 1e-4).sqrt(),))',
		},
		{
			name: 'a reciprocal with an epsilon in the rule',
			f: one(
				(x) => x.reciprocal(),
				(g, x) => g.div(x.square().add(1e-5)).neg(),
			),
			operands: positiveVector,
			torch: 'custom(lambda x: 1 / x, lambda g, x: (-g / (x**2 + 1e-5),))',
		},
		{
			name: 'a logarithm, its operand at least 0.25 in the rule',
			f: one(
				(x) => x.log(),
				(g, x) => g.div(where(x.less(0.25), 0.25, x)),
			),
			operands: positiveVector,
			torch: 'custom(lambda x: x.log(), lambda g, x: (g / x.clamp(min=0.25),))',
		},
	]),
];
