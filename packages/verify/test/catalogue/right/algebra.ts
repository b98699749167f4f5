import { einsum, matmul, stack, tensor } from '@pullback/core';
import fc from 'fast-check';
import { entriesOf, filled, scalars, shaped, within } from './rows.ts';

const identity = tensor(Float64Array.of(1, 0, 0, 1), { shape: [2, 2] });

/** Linear algebra, and what is iterated. */
export const algebra = entriesOf('linear algebra and iteration', [
	[
		'a matrix product',
		(x, y) => matmul(x, y).tanh(),
		shaped([1, 2], [2, 2]),
		'lambda x, y: torch.tanh(x @ y)',
	],
	[
		'a batched matrix product, broadcast',
		(x, y) => matmul(x, y),
		shaped([2, 1, 2], [2, 1]),
		'lambda x, y: x @ y',
	],
	['the square of a matrix', (x) => matmul(x, x), shaped([2, 2]), 'lambda x: x @ x'],
	[
		'a matrix times its transpose',
		(x) => matmul(x, x.transpose()).sum(),
		shaped([2, 2]),
		'lambda x: (x @ x.T).sum()',
	],
	[
		'an einsum with a diagonal',
		(x, y) => einsum('ii,ij->j', x, y),
		shaped([2, 2], [2, 1]),
		'lambda x, y: torch.einsum("ii,ij->j", x, y)',
	],
	[
		'an einsum of three operands',
		(x, y, z) => einsum('i,ij,j->', x, y, z),
		shaped([2], [2, 2], [2]),
		'lambda x, y, z: torch.einsum("i,ij,j->", x, y, z)',
	],
	[
		'the inverse of a 2 by 2 matrix, by Neumann',
		(x) => {
			const small = x.mul(0.1);
			let sum = small.add(identity);
			let power = small;
			for (let i = 0; i < 4; i++) {
				power = matmul(power, small);
				sum = sum.add(power);
			}
			return sum;
		},
		shaped([2, 2]),
		null,
	],
	[
		'the determinant of a 2 by 2 matrix',
		(x) =>
			x
				.slice(0, 0)
				.mul(x.slice(1, 1))
				.sub(x.slice(0, 1).mul(x.slice(1, 0))),
		shaped([2, 2]),
		'lambda x: x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0]',
	],
	[
		'a step of power iteration',
		(x, y) => matmul(x, y).div(matmul(x, y).norm()),
		fc.tuple(filled([2, 2], within(1, 2)), filled([2], within(1, 2))),
		'lambda x, y: x @ y / torch.linalg.vector_norm(x @ y)',
	],
	[
		'a Cholesky factor by formula',
		(a, b, c) => stack([a.sqrt(), b.div(a.sqrt()), c.sub(b.square().div(a)).sqrt()]),
		scalars(within(2, 3), within(-2, 2), within(3, 4)),
		'lambda a, b, c: torch.stack([torch.sqrt(a), b / torch.sqrt(a), torch.sqrt(c - b * b / a)])',
	],
	[
		'an attention of two positions',
		(q, k, v) => matmul(matmul(q, k.transpose()).div(Math.SQRT2).softmax(), v),
		shaped([1, 2], [2, 2], [2, 1]),
		'lambda q, k, v: torch.softmax(q @ k.T / 2 ** 0.5, -1) @ v',
	],
	[
		'a recurrence of ten steps',
		(h, w) => {
			let state = h;
			for (let i = 0; i < 10; i++) state = matmul(w, state).tanh();
			return state;
		},
		shaped([2], [2, 2]),
		null,
	],
	[
		'a square root by ten steps of Newton',
		(x) => {
			let y = x;
			for (let i = 0; i < 10; i++) y = y.add(x.div(y)).div(2);
			return y;
		},
		fc.tuple(filled([2], within(0.5, 3))),
		null,
	],
	[
		'an outer product, summed over its diagonal',
		(x, y) => x.outer(y).mul(identity).sum(),
		shaped([2], [2]),
		'lambda x, y: (torch.outer(x, y) * torch.eye(2, dtype=x.dtype)).sum()',
	],
]);
