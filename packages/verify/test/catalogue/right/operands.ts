import { concatenate, matmul, type Node, scatterAdd, tensor, vmap, where } from '@pullback/core';
import fc from 'fast-check';
import { entriesOf, filled, near, shaped, vector, within } from './rows.ts';

const indices = (...picks: readonly number[]): Node => tensor(Int32Array.from(picks));

/** Shapes, reductions and indexing: nothing is hard about the numbers. */
export const operands = entriesOf('shapes and many operands', [
	[
		'eight operands',
		(...xs) => xs.reduce((sum, x, i) => sum.add(x.mul(xs[(i + 1) % 8] ?? x).sin())),
		shaped(...Array.from({ length: 8 }, () => [])),
		'lambda *xs: xs[0] + sum(torch.sin(xs[i] * xs[(i + 1) % 8]) for i in range(1, 8))',
	],
	[
		'an operand used forty times',
		(x) => {
			let y = x;
			for (let i = 0; i < 20; i++) y = y.mul(x).sin().add(x);
			return y;
		},
		shaped([1]),
		null,
	],
	[
		'broadcasting a column and a row',
		(x, y) => x.mul(y).sin().add(x),
		shaped([2, 1], [1, 2]),
		'lambda x, y: torch.sin(x * y) + x',
	],
	[
		'broadcasting a scalar to rank 3',
		(x, y) => x.mul(y.exp()),
		shaped([], [2, 1, 2]),
		'lambda x, y: x * torch.exp(y)',
	],
	['an empty tensor', (x) => x.exp(), shaped([0]), 'lambda x: torch.exp(x)'],
	[
		'the sum of an empty tensor and a scalar',
		(x, y) => x.sum().add(y.sin()),
		shaped([0, 2], []),
		'lambda x, y: x.sum() + torch.sin(y)',
	],
	[
		'the product of nothing, times y',
		(x, y) => x.prod(0).mul(y),
		shaped([0, 2], [2]),
		'lambda x, y: x.prod(0) * y',
	],
	[
		'a matrix product over nothing',
		(x, y) => matmul(x, y).add(x.sum()).add(y.sum()),
		shaped([2, 0], [0, 2]),
		'lambda x, y: x @ y + x.sum() + y.sum()',
	],
	[
		'one element in rank 4',
		(x) => x.tanh().sum([1, 2]),
		shaped([1, 1, 1, 1]),
		'lambda x: torch.tanh(x).sum((1, 2))',
	],
	[
		'a product with one zero',
		(x) => x.prod(),
		vector(near(0), near(2), near(-3)),
		'lambda x: x.prod()',
	],
	[
		'a product with two zeros',
		(x) => x.prod(),
		vector(near(0), near(0), near(-3)),
		'lambda x: x.prod()',
	],
	[
		'a product of three zeros',
		(x) => x.prod(),
		vector(near(0), near(0), near(0)),
		'lambda x: x.prod()',
	],
	[
		'sums and means along axes',
		(x) =>
			x
				.sin()
				.sum(0)
				.mul(x.exp().mean(1, { keepDims: true })),
		shaped([2, 2]),
		'lambda x: torch.sin(x).sum(0) * torch.exp(x).mean(1, keepdim=True)',
	],
	[
		'softmax along the first axis',
		(x) => x.softmax(0).square(),
		shaped([3, 1]),
		'lambda x: torch.softmax(x, 0) ** 2',
	],
	[
		'a cumulative sum of exponentials',
		(x) => x.exp().cumsum(0),
		shaped([3]),
		'lambda x: torch.cumsum(torch.exp(x), 0)',
	],
	[
		'a cumulative sum of a cumulative sum',
		(x) => x.cumsum(0).sin().cumsum(0),
		shaped([3]),
		'lambda x: torch.cumsum(torch.sin(torch.cumsum(x, 0)), 0)',
	],
	[
		'gathering an element three times',
		(x) =>
			x
				.take(indices(1, 1, 0, 1))
				.mul([1, 2, 3, 4])
				.sin(),
		shaped([2]),
		'lambda x: torch.sin(x[[1, 1, 0, 1]] * torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=x.dtype))',
	],
	[
		'scattering three elements into one',
		(x) => scatterAdd(x, indices(1, 1, 0, 1), { size: 3 }).square(),
		shaped([4]),
		'lambda x: torch.zeros(3, dtype=x.dtype).index_add(0, torch.tensor([1, 1, 0, 1]), x) ** 2',
	],
	[
		'gathering along an axis',
		(x) =>
			x
				.takeAlongAxis(
					[
						[0, 0],
						[1, 0],
					],
					1,
				)
				.exp(),
		shaped([2, 2]),
		'lambda x: torch.exp(torch.gather(x, 1, torch.tensor([[0, 0], [1, 0]])))',
	],
	[
		'rows by labels that are operands',
		(x, labels) => x.take(labels).sin(),
		fc.tuple(filled([2, 2], within(-2, 2)), fc.constant(indices(1, 1, 0))),
		null,
	],
	[
		'padding, flipping and slicing backwards',
		(x) =>
			x
				.pad([[1, 2]])
				.flip()
				.slice([0, 6, 2])
				.mul(x.sum()),
		shaped([3]),
		'lambda x: torch.nn.functional.pad(x, (1, 2)).flip(0)[0:6:2] * x.sum()',
	],
	[
		'a concatenation with itself',
		(x) => concatenate([x, x.square(), x]).cumsum(0),
		shaped([2]),
		'lambda x: torch.cumsum(torch.cat([x, x * x, x]), 0)',
	],
	[
		'the product with its own permutation',
		(x) => x.mul(x.permute([1, 0])).sum(0),
		shaped([2, 2]),
		'lambda x: (x * x.T).sum(0)',
	],
	[
		'what is normalized to mean 0 and variance 1',
		(x) => x.sub(x.mean()).div(x.variance().add(1e-5).sqrt()),
		vector(within(0, 1), within(2, 3), within(-3, -1)),
		'lambda x: (x - x.mean()) / torch.sqrt(torch.var(x, unbiased=False) + 1e-5)',
	],
	[
		'the gradient where only one row is used',
		(x) => x.slice(1).sin(),
		shaped([2, 2]),
		'lambda x: torch.sin(x[1])',
	],
	[
		'a mask that is an operand',
		(x, mask) => where(mask, x.exp(), x.square()),
		fc.tuple(filled([2], within(-2, 2)), fc.constant(tensor([true, false]))),
		null,
	],
	[
		'a map over rows',
		(x) => vmap((row: Node) => row.softmax().mul(row))(x),
		shaped([2, 2]),
		'lambda x: torch.softmax(x, 1) * x',
	],
]);
