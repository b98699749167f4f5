import { positive, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { pair, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

/** 3 x², whose own derivative is lost. */
const squares = one(
	(x) => x.square().mul(3),
	(g, x) => g.mul(x.stopGradient()).mul(6),
);
/** cos, with a derivative of its own whose slope is off. */
const cosine = one(
	(x) => x.cos(),
	(g, x) =>
		g
			.mul(
				one(
					(y) => y.sin(),
					(h, y) => h.mul(y.cos()).mul(1.1),
				)(x),
			)
			.neg(),
);
/** exp, with the right derivative and no further ones. */
const constantSlope = one(
	(x) => x.exp(),
	(g, x) => g.mul(x.exp().stopGradient()),
);

const thirdOrder = 'The first and second derivatives are right; the check of order 3 sees it.';

/** Rules that are right in one order and wrong in a higher one. */
export const orders: readonly Entry[] = [
	...ofKind('second derivative wrong alone', [
		{
			name: 'a cube whose derivative is a constant',
			f: one(
				(x) => x.pow(3),
				(g, x) => g.mul(x.square().mul(3).stopGradient()),
			),
			operands: vector,
			torch: 'custom(lambda x: x**3, lambda g, x: (g * (3 * x**2).detach(),))',
		},
		{
			name: 'exp whose rule keeps its output as a number',
			f: one(
				(x) => x.exp(),
				(g, _, y) => g.mul(y.stopGradient()),
			),
			operands: vector,
			torch: 'custom(lambda x: x.exp(), lambda g, x: (g * x.exp().detach(),))',
		},
		{
			name: 'x tanh x, whose second derivative loses a term',
			f: one(
				(x) => x.mul(x.tanh()),
				(g, x) => g.mul(x.tanh().add(x.stopGradient().mul(tanhSlope(x)))),
			),
			operands: vector,
			torch:
				'custom(lambda x: x * x.tanh(), lambda g, x: (g * (x.tanh() + x.detach() * (1 - x.tanh()**2)),))',
		},
		{
			name: 'a product, its mixed second derivative lost one way',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(y), g.mul(x.stopGradient())],
			),
			operands: pair,
			torch: 'custom(lambda x, y: x * y, lambda g, x, y: (g * y, g * x.detach()))',
		},
		{
			name: 'sin, whose cotangent is kept as a number',
			f: one(
				(x) => x.sin(),
				(g, x) => g.stopGradient().mul(x.cos()),
				(t, x) => t.mul(x.cos()),
			),
			operands: vector,
			torch: 'custom(lambda x: x.sin(), lambda g, x: (g.detach() * x.cos(),))',
		},
		{
			name: 'log-sum-exp whose softmax has no derivative',
			f: one(
				(x) => x.exp().sum().log(),
				(g, x) => g.mul(x.softmax().stopGradient()),
			),
			operands: vectors(1, positive),
			torch: 'custom(lambda x: x.exp().sum().log(), lambda g, x: (g * x.softmax(-1).detach(),))',
		},
		{
			name: 'sin, by a cosine whose own slope is right and whose sign is not',
			f: one(
				(x) => x.sin(),
				(g, x) =>
					g.mul(
						one(
							(y) => y.cos(),
							(h, y) => h.mul(y.sin()),
						)(x),
					),
			),
			operands: vector,
			torch:
				'custom(lambda x: x.sin(), lambda g, x: (g * custom(lambda x: x.cos(), lambda h, x: (h * x.sin(),))(x),))',
		},
	]),
	...ofKind('third derivative wrong alone', [
		{
			name: 'a cube, by squares whose slope is constant',
			f: one(
				(x) => x.pow(3),
				(g, x) => g.mul(squares(x)),
			),
			operands: vector,
			unseen: thirdOrder,
			torch:
				'custom(lambda x: x**3, lambda g, x: (g * custom(lambda x: 3 * x**2, lambda h, x: (h * 6 * x.detach(),))(x),))',
		},
		{
			name: 'sin, by a cosine by a sine whose slope is a tenth too large',
			f: one(
				(x) => x.sin(),
				(g, x) => g.mul(cosine(x)),
			),
			operands: vector,
			unseen: thirdOrder,
			torch:
				'custom(lambda x: x.sin(), lambda g, x: (g * custom(lambda x: x.cos(), lambda h, x: (-h * custom(lambda x: x.sin(), lambda k, x: (1.1 * k * x.cos(),))(x),))(x),))',
		},
		{
			name: 'exp, by an exp whose slope is constant',
			f: one(
				(x) => x.exp(),
				(g, x) => g.mul(constantSlope(x)),
			),
			operands: vector,
			unseen: thirdOrder,
			torch:
				'custom(lambda x: x.exp(), lambda g, x: (g * custom(lambda x: x.exp(), lambda h, x: (h * x.exp().detach(),))(x),))',
		},
	]),
];
