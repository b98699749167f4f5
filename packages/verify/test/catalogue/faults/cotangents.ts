import type { Node } from '@pullback/core';
import { cumsum, flip, slice, where } from '@pullback/core';
import type { Entry } from '../entry.ts';
import { batch, pair, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

/** What is done to a cotangent or tangent that should be passed on as it is. */
type Change = (direction: Node) => Node;

/** Those that leave 0 and 1 as they are, so that single elements show nothing. */
const nonlinear: readonly (readonly [name: string, change: Change, torch: string])[] = [
	['its absolute value', (g) => g.abs(), 'g.abs()'],
	['its square', (g) => g.square(), 'g**2'],
	['its positive part', (g) => g.relu(), 'g.relu()'],
	['clipped to [-1, 1]', (g) => g.clip(-1, 1), 'g.clamp(-1, 1)'],
	['its sign', (g) => g.sign(), 'g.sign()'],
	['its cube', (g) => g.pow(3), 'g**3'],
	['rounded', (g) => g.round(), 'g.round()'],
	[
		'scaled to a norm of 1',
		(g) => g.div(g.square().sum().add(1e-300).sqrt()),
		'g / (g.square().sum() + 1e-300).sqrt()',
	],
	[
		'of its elements the largest alone',
		(g) => (g.shape.includes(0) ? g : where(g.equal(g.amax()), g, 0)),
		'g if g.numel() == 0 else torch.where(g == g.amax(), g, 0 * g)',
	],
];

/** Those that are linear, but do not leave each element in its place. */
const mixing: readonly (readonly [name: string, change: Change, torch: string])[] = [
	['the mean of all', (g) => g.mean().mul(g.onesLike()), 'g.mean() * torch.ones_like(g)'],
	['the sum of all', (g) => g.sum().mul(g.onesLike()), 'g.sum() * torch.ones_like(g)'],
	['reversed', (g) => flip(g, 0), 'g.flip(0)'],
	['running sums', (g) => cumsum(g, 0), 'g.cumsum(0)'],
	[
		'that of the first element',
		(g) => slice(g, [0, 1]).sum(0).add(g.mul(0)),
		'g[:1].sum(0) + 0 * g',
	],
	['without its mean', (g) => g.sub(g.mean()), 'g - g.mean()'],
];

/** Rules that treat a cotangent or tangent as more than a direction. */
export const cotangents: readonly Entry[] = [
	...ofKind('vjp not linear in its cotangent', [
		...nonlinear.map(([name, change, torch]) => ({
			name: `tanh, of the cotangent ${name}`,
			f: one(
				(x) => x.tanh(),
				(g, x) => change(g).mul(tanhSlope(x)),
			),
			operands: vector,
			torch: `custom(lambda x: x.tanh(), lambda g, x: ((${torch}) * (1 - x.tanh()**2),))`,
		})),
		{
			name: 'tanh of a scalar sum, the cotangent squared',
			f: one(
				(x) => x.tanh().sum(),
				(g, x) => g.square().mul(tanhSlope(x)),
			),
			operands: vector,
			torch: 'custom(lambda x: x.tanh().sum(), lambda g, x: (g**2 * (1 - x.tanh()**2),))',
		},
		...(
			[
				['clipped to [-1, 1]', (g) => g.clip(-1, 1), 'g.clamp(-1, 1)'],
				['its positive part', (g) => g.relu(), 'g.relu()'],
				['its absolute value', (g) => g.abs(), 'g.abs()'],
			] as typeof nonlinear
		).map(([name, change, torch]) => ({
			name: `a mean of tanh, of the scalar cotangent ${name}`,
			f: one(
				(x) => x.tanh().mean(),
				(g, x) =>
					change(g)
						.div(Math.max(x.shape[0] ?? 1, 1))
						.mul(tanhSlope(x)),
			),
			operands: vector,
			torch: `custom(lambda x: x.tanh().mean(), lambda g, x: ((${torch}) / max(len(x), 1) * (1 - x.tanh()**2),))`,
		})),
		{
			name: 'a product, the cotangent of the second operand without its sign',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(y), g.abs().mul(x)],
			),
			operands: pair,
			torch: 'custom(lambda x, y: x * y, lambda g, x, y: (g * y, g.abs() * x))',
		},
	]),
	...ofKind(
		'vjp that mixes elements of its cotangent',
		mixing.map(([name, change, torch]) => ({
			name: `sin, of the cotangent ${name}`,
			f: one(
				(x) => x.sin(),
				(g, x) => change(g).mul(x.cos()),
			),
			operands: batch,
			torch: `custom(lambda x: x.sin(), lambda g, x: ((${torch}) * x.cos(),))`,
		})),
	),
	...ofKind(
		'jvp not linear in its tangent',
		nonlinear.map(([name, change]) => ({
			name: `tanh, of the tangent ${name}`,
			f: one(
				(x) => x.tanh(),
				(g, x) => g.mul(tanhSlope(x)),
				(t, x) => change(t).mul(tanhSlope(x)),
			),
			operands: vector,
		})),
	),
	...ofKind(
		'jvp that mixes elements of its tangent',
		mixing.map(([name, change]) => ({
			name: `sin, of the tangent ${name}`,
			f: one(
				(x) => x.sin(),
				(g, x) => g.mul(x.cos()),
				(t, x) => change(t).mul(x.cos()),
			),
			operands: batch,
		})),
	),
];
