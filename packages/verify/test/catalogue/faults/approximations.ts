import { nonzero, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { positiveVector, vector } from './operands.ts';
import { ofKind, one } from './rule.ts';

/** Rules that are nearly right, or right for a function that is nearly the same. */
export const approximations: readonly Entry[] = [
	...ofKind('wrong by a small share', [
		...[1e-3, 1e-4, 1e-5].map((share) => ({
			name: `exp, its derivative ${share} too large`,
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(y).mul(1 + share),
			),
			operands: vector,
			torch: `custom(lambda x: x.exp(), lambda g, x: (g * x.exp() * (1 + ${share}),))`,
		})),
		{
			name: 'a normalised vector, its rule without the epsilon of 1e-3',
			f: one(
				(x) => x.mul(x.square().mean().add(1e-3).rsqrt()),
				(g, x) => {
					const scale = x.square().mean().rsqrt();
					return g.sub(x.mul(scale.square()).mul(g.mul(x).mean())).mul(scale);
				},
			),
			operands: vectors(1, nonzero),
			torch:
				'custom(lambda x: x * ((x**2).mean() + 1e-3).rsqrt(), lambda g, x: ((g - x * (g * x).mean() / (x**2).mean()) * (x**2).mean().rsqrt(),))',
		},
		{
			name: 'a constant of the rule with four digits: sqrt(2 / π) as 0.7979',
			f: one(
				(x) => x.mul(Math.sqrt(2 / Math.PI)).tanh(),
				(g, _, y) => g.mul(y.square().neg().add(1)).mul(0.7979),
			),
			operands: vector,
			torch:
				'custom(lambda x: (x * (2 / torch.pi) ** 0.5).tanh(), lambda g, x: (g * (1 - (x * (2 / torch.pi) ** 0.5).tanh()**2) * 0.7979,))',
		},
	]),
	...ofKind('derivative of an approximation', [
		{
			name: 'gelu with the derivative of its form by tanh',
			f: one(
				(x) => x.gelu(),
				(g, x) => {
					const scale = Math.sqrt(2 / Math.PI);
					const t = x.add(x.pow(3).mul(0.044715)).mul(scale).tanh();
					const inner = x
						.square()
						.mul(3 * 0.044715)
						.add(1)
						.mul(scale);
					return g.mul(
						t
							.add(1)
							.mul(0.5)
							.add(x.mul(0.5).mul(t.square().neg().add(1)).mul(inner)),
					);
				},
			),
			operands: vector,
		},
		{
			name: 'tanh with the derivative of x - x³ / 3',
			f: one(
				(x) => x.tanh(),
				(g, x) => g.mul(x.square().neg().add(1)),
			),
			operands: vector,
			torch: 'custom(lambda x: x.tanh(), lambda g, x: (g * (1 - x**2),))',
		},
		{
			name: 'sigmoid with the slope of the hard one',
			f: one(
				(x) => x.sigmoid(),
				(g) => g.mul(0.2),
			),
			operands: vector,
			torch: 'custom(lambda x: x.sigmoid(), lambda g, x: (g * 0.2,))',
		},
		{
			name: 'softplus with the derivative of relu',
			f: one(
				(x) => x.softplus(),
				(g, x) => g.mul(x.greater(0).cast('f64')),
			),
			operands: vector,
			torch:
				'custom(lambda x: torch.nn.functional.softplus(x), lambda g, x: (g * (x > 0).to(x.dtype),))',
		},
		{
			name: 'log(1 + x) with derivative 1 / x',
			f: one(
				(x) => x.log1p(),
				(g, x) => g.div(x),
			),
			operands: positiveVector,
			torch: 'custom(lambda x: x.log1p(), lambda g, x: (g / x,))',
		},
	]),
	...ofKind('differences in place of the derivative', [
		{
			name: 'sin, its slope by a forward step of 1e-4',
			f: one(
				(x) => x.sin(),
				(g, x) => g.mul(x.add(1e-4).sin().sub(x.sin()).div(1e-4)),
			),
			operands: vector,
			torch: 'custom(lambda x: x.sin(), lambda g, x: (g * ((x + 1e-4).sin() - x.sin()) / 1e-4,))',
		},
		{
			name: 'exp, its slope by a central step of 0.01',
			f: one(
				(x) => x.exp(),
				(g, x) => g.mul(x.add(0.01).exp().sub(x.sub(0.01).exp()).div(0.02)),
			),
			operands: vector,
			torch:
				'custom(lambda x: x.exp(), lambda g, x: (g * ((x + 0.01).exp() - (x - 0.01).exp()) / 0.02,))',
		},
		{
			name: 'a square, its slope by a step of 1e-12, where rounding is all',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x.add(1e-12).square().sub(x.square()).div(1e-12)),
			),
			operands: vector,
			torch: 'custom(lambda x: x**2, lambda g, x: (g * ((x + 1e-12)**2 - x**2) / 1e-12,))',
		},
	]),
	...ofKind('rounded derivative', [
		{
			name: 'a square, its derivative a whole number',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x.mul(2).round()),
			),
			operands: vector,
			torch: 'custom(lambda x: x**2, lambda g, x: (g * (2 * x).round(),))',
		},
		{
			name: 'a cube, its derivative through i32',
			f: one(
				(x) => x.pow(3),
				(g, x) => g.mul(x.square().mul(3).cast('i32').cast('f64')),
			),
			operands: vector,
			torch: 'custom(lambda x: x**3, lambda g, x: (g * (3 * x**2).int().to(x.dtype),))',
		},
		{
			name: 'sin, of whose derivative the sign is left',
			f: one(
				(x) => x.sin(),
				(g, x) => g.mul(x.cos().sign()),
			),
			operands: vector,
			torch: 'custom(lambda x: x.sin(), lambda g, x: (g * x.cos().sign(),))',
		},
		{
			name: 'exp, its derivative rounded to thousandths',
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(y.mul(1000).round().div(1000)),
			),
			operands: vector,
			torch: 'custom(lambda x: x.exp(), lambda g, x: (g * (1000 * x.exp()).round() / 1000,))',
		},
	]),
	...ofKind('straight-through estimator', [
		{
			name: 'rounding with the identity as its derivative',
			f: one(
				(x) => x.round(),
				(g) => g,
			),
			operands: vector,
			torch: 'custom(lambda x: x.round(), lambda g, x: (g,))',
		},
		{
			name: 'a sign with the derivative of tanh',
			f: one(
				(x) => x.sign(),
				(g, x) => g.mul(x.tanh().square().neg().add(1)),
			),
			operands: vector,
			torch: 'custom(lambda x: x.sign(), lambda g, x: (g * (1 - x.tanh()**2),))',
		},
		{
			name: 'quantised to halves: x + stopGradient(q(x) - x)',
			f: (x) => x.add(x.mul(2).floor().div(2).sub(x).stopGradient()),
			operands: vector,
			torch: 'lambda x: x + ((2 * x).floor() / 2 - x).detach()',
		},
	]),
];
