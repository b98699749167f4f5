import { arange, broadcastTo, matmul, type Node, prod, sum, where } from '@pullback/core';
import { positive, vectors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { anyTensor, batch, ofMatrix, pair, sized, vector } from './operands.ts';
import { ofKind, one, tanhSlope, two } from './rule.ts';

/** tanh, its slope multiplied for operands of some shapes. */
const tanhOfShapes = (isWrong: (shape: readonly number[]) => boolean): ((x: Node) => Node) =>
	one(
		(x) => x.tanh(),
		(g, x) => g.mul(tanhSlope(x)).mul(isWrong(x.shape) ? 1.5 : 1),
	);
const torchTanhOfShapes = (isWrong: string): string =>
	`custom(lambda x: x.tanh(), lambda g, x: (g * (1 - x.tanh()**2) * (1.5 if ${isWrong} else 1),))`;

/** 1 for the elements whose place on the first axis is below a limit, and 0 for the others. */
const below = (x: Node, limit: number): Node =>
	arange(0, x.shape[0] ?? 0, 1)
		.less(limit)
		.cast('f64')
		.reshape([x.shape[0] ?? 0, ...x.shape.slice(1).map(() => 1)]);

const square = one(
	(x) => x.square(),
	(g, x) => g.mul(x),
);
const gram = one(
	(x) => matmul(x, x.transpose()),
	(g, x) => matmul(g, x),
);
const twoMatrices = ofMatrix((rows, columns) => [
	[rows, columns],
	[rows, columns],
]);
const batchAndBias = ofMatrix((rows, columns) => [[rows, columns], [columns]]);

/** Faults that show in operands of some shapes alone, or in operands that are one Node. */
export const shapes: readonly Entry[] = [
	...ofKind('wrong where two operands are one Node', [
		{
			name: 'a product that becomes a square with derivative x',
			f: (x, y) => (x === y ? square(x) : x.mul(y)),
			operands: pair,
			torch: 'lambda x, y: custom(lambda x: x**2, lambda g, x: (g * x,))(x) if x is y else x * y',
		},
		{
			name: 'a product with the transpose of itself, half its gradient',
			f: (x, y) => (x === y ? gram(x) : matmul(x, y.transpose())),
			operands: twoMatrices,
			torch:
				'lambda x, y: custom(lambda x: x @ x.T, lambda g, x: (g @ x,))(x) if x is y else x @ y.T',
		},
		{
			name: 'a product whose second operand counts as constant if it is the first',
			f: (x, y) => x.mul(x === y ? y.stopGradient() : y).tanh(),
			operands: pair,
			torch: 'lambda x, y: (x * (y.detach() if x is y else y)).tanh()',
		},
		{
			name: 'a sum of three, of which equal Nodes are counted once by the rule',
			f: (x, y, z) => {
				const all = [x, y, z];
				const kept = new Set(all);
				const rest = all.filter((node, i) => all.indexOf(node) !== i);
				return [...kept, ...rest.map((node) => node.stopGradient())].reduce((total, node) =>
					total.add(node.exp()),
				);
			},
			operands: vectors(3),
		},
	]),
	...ofKind('wrong for batches above 4', [
		{
			name: 'tanh, wrong from five examples on',
			f: tanhOfShapes(([first = 0]) => first > 4),
			operands: batch,
			torch: torchTanhOfShapes('x.shape[:1].numel() > 4'),
		},
		{
			name: 'exp, beyond four examples without gradient',
			f: one(
				(x) => x.exp(),
				(g, x, y) => g.mul(y).mul(below(x, 4)),
			),
			operands: batch,
			torch: 'custom(lambda x: x.exp(), lambda g, x: (torch.cat([(g * x.exp())[:4], 0 * x[4:]]),))',
		},
		{
			name: 'a mean over examples, divided by 4 at the most',
			f: one(
				(x) => x.square().mean(0),
				(g, x) =>
					g
						.mul(x)
						.mul(2)
						.div(Math.min(x.shape[0] ?? 0, 4)),
			),
			operands: batch,
			torch: 'custom(lambda x: (x**2).mean(0), lambda g, x: (2 * g * x / min(len(x), 4),))',
		},
		{
			name: 'a dense layer, the gradient of its bias from the first four examples',
			f: two(
				(x, b) => x.add(b),
				(g) => [g, sum(g.mul(below(g, 4)), 0)],
			),
			operands: batchAndBias,
			torch: 'custom(lambda x, b: x + b, lambda g, x, b: (g, g[:4].sum(0)))',
		},
	]),
	...ofKind('wrong for ranks above 2', [
		{
			name: 'tanh, wrong for three axes',
			f: tanhOfShapes((shape) => shape.length > 2),
			operands: anyTensor,
			torch: torchTanhOfShapes('x.ndim > 2'),
		},
		{
			name: 'softmax over the last axis, its rule over the second',
			f: one(
				(x) => x.softmax(-1),
				(g, _, y) => {
					const axis = Math.min(1, y.shape.length - 1);
					return y.mul(g.sub(y.mul(g).sum(axis, { keepDims: true })));
				},
			),
			operands: batch,
			torch:
				'custom(lambda x: x.softmax(-1), lambda g, x: (x.softmax(-1) * (g - (x.softmax(-1) * g).sum(min(1, x.ndim - 1), keepdim=True)),))',
		},
		{
			name: 'a transpose of the last axes, undone for the first two',
			f: one(
				(x) => x.transpose(),
				(g) => g.transpose(0, 1),
			),
			operands: sized((n) => [[n, n, n]]),
			torch: 'custom(lambda x: x.transpose(-2, -1), lambda g, x: (g.transpose(0, 1),))',
		},
		{
			name: 'products of stacked matrices, the second gradient from the first of the stack',
			f: two(matmul, (g, x, y) => [
				matmul(g, y.transpose()),
				broadcastTo(matmul(x.transpose(), g).mul(below(x, 1)).sum(0), y.shape),
			]),
			operands: sized((n) => [
				[n, n, n],
				[n, n, n],
			]),
		},
	]),
	...ofKind('wrong for length 1', [
		{
			name: 'tanh, wrong for a single number',
			f: tanhOfShapes(([length]) => length === 1),
			operands: vector,
			torch: torchTanhOfShapes('x.shape[:1].numel() == 1'),
		},
		{
			name: 'softmax over one class, with gradient',
			f: one(
				(x) => x.softmax(),
				(g, x, y) => (x.shape[0] === 1 ? g.mul(y) : y.mul(g.sub(y.mul(g).sum()))),
			),
			operands: vector,
			torch:
				'custom(lambda x: x.softmax(-1), lambda g, x: (g if len(x) == 1 else x.softmax(-1) * (g - (x.softmax(-1) * g).sum()),))',
		},
		{
			name: 'a matrix of one column, taken for a vector whose gradient is summed',
			f: one(
				(x) => x.sin(),
				(g, x) =>
					x.shape[1] === 1
						? broadcastTo(g.mul(x.cos()).sum(0, { keepDims: true }), x.shape)
						: g.mul(x.cos()),
			),
			operands: ofMatrix((rows, columns) => [[rows, columns]]),
			torch:
				'custom(lambda x: x.sin(), lambda g, x: ((g * x.cos()).sum(0, keepdim=True).expand(x.shape) if x.shape[1] == 1 else g * x.cos(),))',
		},
	]),
	...ofKind('wrong for empty operands', [
		{
			name: 'a sum over an empty batch whose bias has the gradient of one example',
			f: two(
				(x, b) => x.add(b).sum(0),
				(g, x, b) => [broadcastTo(g, x.shape), g.mul(Math.max(x.shape[0] ?? 0, 1)).add(b.mul(0))],
			),
			operands: batchAndBias,
			torch:
				'custom(lambda x, b: (x + b).sum(0), lambda g, x, b: (g.expand(x.shape), g * max(len(x), 1)))',
		},
		{
			name: 'the product over an empty axis as 0',
			f: two(
				(x, scale) => prod(x, 0).mul(scale),
				(g, x, scale) => [null, g.mul(x.shape[0] === 0 ? scale.zerosLike() : prod(x, 0))],
			),
			operands: ofMatrix((rows, columns) => [[rows, columns], [columns]], positive).map(
				([x, scale]) => (x && scale ? [x.stopGradient().cast('i32'), scale] : []),
			),
			torch:
				'custom(lambda x, s: x.prod(0) * s, lambda g, x, s: (None, 0 * g if len(x) == 0 else g * x.prod(0)))',
		},
		{
			name: 'a term for empty batches, without gradient',
			f: (x, b) => (x.shape[0] === 0 ? b.square().stopGradient() : x.mul(b).sum(0)),
			operands: batchAndBias,
			torch: 'lambda x, b: (b**2).detach() if len(x) == 0 else (x * b).sum(0)',
		},
	]),
	...ofKind('wrong for one size of many', [
		{
			name: 'tanh, wrong for seven numbers',
			f: tanhOfShapes(([length]) => length === 7),
			operands: vector,
			torch: torchTanhOfShapes('x.shape[:1].numel() == 7'),
		},
		{
			name: 'tanh, wrong for square matrices of more than one element',
			f: tanhOfShapes(([rows, columns]) => rows === columns && (rows ?? 0) > 1),
			operands: ofMatrix((rows, columns) => [[rows, columns]]),
			torch: torchTanhOfShapes('x.shape[0] == x.shape[1] > 1'),
		},
		{
			name: 'tanh in blocks of 4, what is left over wrong',
			f: one(
				(x) => x.tanh(),
				(g, x) => {
					const n = x.shape[0] ?? 0;
					return g.mul(tanhSlope(x)).mul(where(below(x, n - (n % 4)).equal(1), 1, 1.01));
				},
			),
			operands: vector,
			torch:
				'custom(lambda x: x.tanh(), lambda g, x: (g * (1 - x.tanh()**2) * torch.where(torch.arange(len(x)) < len(x) - len(x) % 4, 1.0, 1.01),))',
		},
	]),
];
