import { custom, matmul, type Node, tensor, where } from '@pullback/core';
import { nonzero, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { anyMatrix, anyTensor, factors, ofMatrix, pair, sized, vector } from './operands.ts';
import { ofKind, one, two } from './rule.ts';

const layer = sized((n) => [[n, n], [n, n], [n]]);
const triple = vectors(3);

/** Gradients that do not arrive, arrive twice or where none belongs. */
export const flow: readonly Entry[] = [
	...ofKind('lost gradient of one operand', [
		{
			name: 'a product without gradient of the second',
			f: two(
				(x, y) => x.mul(y),
				(g, _, y) => [g.mul(y), null],
			),
			operands: pair,
			torch: 'custom(lambda x, y: x * y, lambda g, x, y: (g * y, None))',
		},
		{
			name: 'a product of matrices without gradient of the first',
			f: two(matmul, (g, x) => [null, matmul(x.transpose(), g)]),
			operands: factors,
			torch: 'custom(lambda x, y: x @ y, lambda g, x, y: (None, x.T @ g))',
		},
		{
			name: 'a dense layer without gradient of its bias',
			f: custom<readonly [Node, Node, Node]>({
				forward: (x, w, b) => matmul(x, w).add(b),
				vjp: (g, [x, w]) => [matmul(g, w.transpose()), matmul(x.transpose(), g), null],
			}),
			operands: layer,
			torch: 'custom(lambda x, w, b: x @ w + b, lambda g, x, w, b: (g @ w.T, x.T @ g, None))',
		},
		{
			name: 'a choice whose second alternative receives zeros',
			f: two(
				(x, y) => where(x.greater(0), x, y),
				(g, x) => [g.mul(x.greater(0).cast('f64')), g.mul(0)],
			),
			operands: pair,
			torch: 'custom(lambda x, y: torch.where(x > 0, x, y), lambda g, x, y: (g * (x > 0), g * 0))',
		},
	]),
	...ofKind('cut graph', [
		{
			name: 'rows without their mean, the mean behind stopGradient',
			f: (x) => x.sub(x.mean(1, { keepDims: true }).stopGradient()),
			operands: anyMatrix,
			torch: 'lambda x: x - x.mean(1, keepdim=True).detach()',
		},
		{
			name: 'attention to keys behind stopGradient',
			f: (q, k) => matmul(q, k.stopGradient().transpose()).tanh(),
			operands: ofMatrix((rows, columns) => [
				[rows, columns],
				[rows, columns],
			]),
			torch: 'lambda q, k: (q @ k.detach().T).tanh()',
		},
		{
			name: 'a factor read as a number while the graph is made',
			f: (x) => x.mul(tensor(x.data(), { shape: x.shape })),
			operands: vector,
			torch: 'lambda x: x * x.detach()',
		},
		{
			name: 'a recurrence whose state is cut after the first step',
			f: (x, w) => {
				const state = x.mul(w).tanh().stopGradient();
				return state.mul(w).tanh();
			},
			operands: pair,
			torch: 'lambda x, w: ((x * w).tanh().detach() * w).tanh()',
		},
	]),
	...ofKind('cotangent ignored', [
		{
			name: 'three times x, whatever the cotangent',
			f: one(
				(x) => x.mul(3),
				(g, x) => x.onesLike().mul(3).add(g.mul(0)),
			),
			operands: anyTensor,
			torch: 'custom(lambda x: 3 * x, lambda g, x: (3 * torch.ones_like(x) + 0 * g,))',
		},
		{
			name: 'a sum of squares that is taken for the loss itself',
			f: (x) =>
				one(
					(y) => y.square().sum(),
					(_, y) => y.mul(2),
				)(x).mul(3),
			operands: vector,
			torch: 'lambda x: 3 * custom(lambda x: (x**2).sum(), lambda g, x: (2 * x,))(x)',
		},
		{
			name: 'exp of x, its gradient y',
			f: one(
				(x) => x.exp(),
				(_, __, y) => y,
			),
			operands: vector,
			torch: 'custom(lambda x: x.exp(), lambda g, x: (x.exp(),))',
		},
		{
			name: 'a product, of which one gradient alone has the cotangent',
			f: two(
				(x, y) => x.mul(y),
				(g, x, y) => [g.mul(y), x],
			),
			operands: pair,
			torch: 'custom(lambda x, y: x * y, lambda g, x, y: (g * y, x))',
		},
	]),
	...ofKind('wrong accumulation', [
		{
			name: 'a value used twice, of which one gradient is lost',
			f: one(
				(x) => x.mul(x.sin()),
				(g, x) => g.mul(x).mul(x.cos()),
			),
			operands: vector,
			torch: 'custom(lambda x: x * x.sin(), lambda g, x: (g * x * x.cos(),))',
		},
		{
			name: 'a layer used twice, the gradient of its last use counted twice',
			f: two(
				(w, x) => w.mul(w.mul(x).tanh()),
				(g, w, x) => {
					const hidden = w.mul(x).tanh();
					return [g.mul(hidden).mul(2), g.mul(w.square()).mul(hidden.square().neg().add(1))];
				},
			),
			operands: pair,
			torch:
				'custom(lambda w, x: w * (w * x).tanh(), lambda g, w, x: (2 * g * (w * x).tanh(), g * w**2 * (1 - (w * x).tanh()**2)))',
		},
		{
			name: 'a residual whose gradient passes the branch alone',
			f: one(
				(x) => x.add(x.tanh()),
				(g, x) => g.mul(x.tanh().square().neg().add(1)),
			),
			operands: vector,
			torch: 'custom(lambda x: x + x.tanh(), lambda g, x: (g * (1 - x.tanh()**2),))',
		},
	]),
	...ofKind('gradient where none belongs', [
		{
			name: 'a masked sum whose rule forgets the mask',
			f: two(
				(x, mask) => x.mul(mask.greater(0).cast('f64')).sum(),
				(g, x) => [g.mul(x.onesLike()), null],
			),
			operands: pair,
			torch:
				'custom(lambda x, m: (x * (m > 0)).sum(), lambda g, x, m: (g * torch.ones_like(x), torch.zeros_like(m)))',
		},
		{
			name: 'a choice that gives both alternatives the whole gradient',
			f: custom<readonly [Node, Node, Node]>({
				forward: (c, x, y) => where(c.greater(0), x, y),
				vjp: (g) => [null, g, g],
			}),
			operands: triple,
			torch:
				'custom(lambda c, x, y: torch.where(c > 0, x, y), lambda g, c, x, y: (torch.zeros_like(c), g, g))',
		},
		{
			name: 'clipped, its gradient not',
			f: one(
				(x) => x.clip(-1, 1),
				(g) => g,
			),
			operands: vector,
			torch: 'custom(lambda x: x.clamp(-1, 1), lambda g, x: (g,))',
		},
		{
			name: 'a shift that does not matter, with a gradient of its own',
			f: two(
				(x, shift) => x.add(shift).sub(shift),
				(g) => [g, g],
			),
			operands: pair,
			torch: 'custom(lambda x, s: x + s - s, lambda g, x, s: (g, g))',
		},
	]),
	...ofKind('gradient cut off by size', [
		{
			name: 'a square, its gradient clipped to [-1, 1]',
			f: one(
				(x) => x.square(),
				(g, x) => g.mul(x.mul(2)).clip(-1, 1),
			),
			operands: vector,
			torch: 'custom(lambda x: x**2, lambda g, x: ((2 * g * x).clamp(-1, 1),))',
		},
		{
			name: 'tanh, its slopes below 0.1 taken as 0',
			f: one(
				(x) => x.tanh(),
				(g, _, y) => {
					const slope = y.square().neg().add(1);
					return g.mul(where(slope.less(0.1), 0, slope));
				},
			),
			operands: vector,
			torch:
				'custom(lambda x: x.tanh(), lambda g, x: (g * (1 - x.tanh()**2) * (1 - x.tanh()**2 >= 0.1),))',
		},
		{
			name: 'a reciprocal, its slope at least -10',
			f: one(
				(x) => x.reciprocal(),
				(g, x) => g.mul(x.square().reciprocal().neg().maximum(-10)),
			),
			operands: vectors(1, nonzero),
			torch: 'custom(lambda x: 1 / x, lambda g, x: (g * (-1 / x**2).clamp(min=-10),))',
		},
		{
			name: 'a vector whose gradient is scaled to a norm of at most 1',
			f: one(
				(x) => x.mul(x).mul(3).sum(),
				(g, x) => {
					const slope = x.mul(6).mul(g);
					return slope.div(slope.square().sum().sqrt().maximum(1));
				},
			),
			operands: vector,
			torch:
				'custom(lambda x: 3 * (x * x).sum(), lambda g, x: (6 * g * x / (6 * g * x).norm().clamp(min=1),))',
		},
	]),
];
