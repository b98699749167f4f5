import { broadcastTo, cumsum, flip, matmul, permute, slice } from '@pullback/core';
import type { Entry } from '../entry.ts';
import { anyMatrix, ofMatrix, sized, squareMatrices, squareMatrix } from './operands.ts';
import { ofKind, one, two } from './rule.ts';

const withBias = sized((n) => [[n, n], [n]]);
const withColumn = ofMatrix((rows, columns) => [
	[rows, columns],
	[rows, 1],
]);
const cube = sized((n) => [[n, n, n]]);

/** Rules that confuse one axis with another. */
export const axes: readonly Entry[] = [
	...ofKind('transposed result', [
		{
			name: 'a product of matrices, the first gradient transposed',
			f: two(matmul, (g, x, y) => [matmul(g, y.transpose()).transpose(), matmul(x.transpose(), g)]),
			operands: squareMatrices,
			torch: 'custom(lambda x, y: x @ y, lambda g, x, y: ((g @ y.T).T, x.T @ g))',
		},
		{
			name: 'a product of matrices, an operand of the second gradient not transposed',
			f: two(matmul, (g, x, y) => [matmul(g, y.transpose()), matmul(x, g)]),
			operands: squareMatrices,
			torch: 'custom(lambda x, y: x @ y, lambda g, x, y: (g @ y.T, x @ g))',
		},
		{
			name: 'a transposed matrix, its cotangent passed on as it is',
			f: one(
				(x) => x.transpose(),
				(g) => g,
			),
			operands: squareMatrix,
			torch: 'custom(lambda x: x.T, lambda g, x: (g,))',
		},
		{
			name: 'axes turned once more instead of back',
			f: one(
				(x) => permute(x, [1, 2, 0]),
				(g) => permute(g, [1, 2, 0]),
			),
			operands: cube,
			torch: 'custom(lambda x: x.permute(1, 2, 0), lambda g, x: (g.permute(1, 2, 0),))',
		},
	]),
	...ofKind('wrong reduction of a broadcast', [
		{
			name: 'a bias, its gradient summed over features instead of examples',
			f: two(
				(x, b) => x.add(b),
				(g) => [g, g.sum(1)],
			),
			operands: withBias,
			torch: 'custom(lambda x, b: x + b, lambda g, x, b: (g, g.sum(1)))',
		},
		{
			name: 'a bias, its gradient the mean over examples',
			f: two(
				(x, b) => x.add(b),
				(g, _, b) => [g, g.sum(0).div(Math.max(b.shape[0] ?? 1, 1))],
			),
			operands: withBias,
			torch: 'custom(lambda x, b: x + b, lambda g, x, b: (g, g.mean(0)))',
		},
		{
			name: 'a bias, its gradient that of the first example',
			f: two(
				(x, b) => x.add(b),
				(g) => [g, slice(g, [0, 1]).sum(0)],
			),
			operands: withBias,
			torch: 'custom(lambda x, b: x + b, lambda g, x, b: (g, g[:1].sum(0)))',
		},
		{
			name: 'a bias, its gradient not reduced at all',
			f: two(
				(x, b) => x.add(b),
				(g) => [g, g],
			),
			operands: ofMatrix((rows, columns) => [[rows, columns], [columns]]),
			torch: 'custom(lambda x, b: x + b, lambda g, x, b: (g, g))',
		},
		{
			name: 'a column of scales, its gradient the greatest instead of the sum',
			f: two(
				(x, s) => x.mul(s),
				(g, x, s) => [
					g.mul(s),
					x.shape.includes(0) ? s.zerosLike() : g.mul(x).amax(1, { keepDims: true }),
				],
			),
			operands: withColumn,
			torch: 'custom(lambda x, s: x * s, lambda g, x, s: (g * s, (g * x).amax(1, keepdim=True)))',
		},
		{
			name: 'a sum over the last axis, its cotangent spread along the first',
			f: one(
				(x) => x.sum(1),
				(g, x) => broadcastTo(g, x.shape),
			),
			operands: squareMatrix,
			torch: 'custom(lambda x: x.sum(1), lambda g, x: (g.expand(x.shape),))',
		},
	]),
	...ofKind('wrong axis', [
		{
			name: 'softmax of rows, the rule that of columns',
			f: one(
				(x) => x.softmax(1),
				(g, _, y) => y.mul(g.sub(y.mul(g).sum(0, { keepDims: true }))),
			),
			operands: anyMatrix,
			torch:
				'custom(lambda x: x.softmax(1), lambda g, x: (x.softmax(1) * (g - (x.softmax(1) * g).sum(0, keepdim=True)),))',
		},
		{
			name: 'running sums along rows, undone along columns',
			f: one(
				(x) => cumsum(x, 1),
				(g) => flip(cumsum(flip(g, 0), 0), 0),
			),
			operands: anyMatrix,
			torch: 'custom(lambda x: x.cumsum(1), lambda g, x: (g.flip(0).cumsum(0).flip(0),))',
		},
		{
			name: 'rows without their mean, the rule without that of columns',
			f: one(
				(x) => x.sub(x.mean(1, { keepDims: true })),
				(g) => g.sub(g.mean(0, { keepDims: true })),
			),
			operands: anyMatrix,
			torch:
				'custom(lambda x: x - x.mean(1, keepdim=True), lambda g, x: (g - g.mean(0, keepdim=True),))',
		},
	]),
];
