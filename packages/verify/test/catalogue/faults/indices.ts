import {
	concatenate,
	cumsum,
	flip,
	gather,
	matmul,
	pad,
	scatterAdd,
	slice,
	split,
	take,
} from '@pullback/core';
import fc from 'fast-check';
import { distinctTensors, integerTensors, labels, shapes, tensors } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';
import { factors, pair, vector } from './operands.ts';
import { ofKind, one, two } from './rule.ts';

/** Rows, and labels of some of them, repeated ones among these. */
const rowsAndLabels = fc
	.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(3))
	.chain(([rows, columns]) => fc.tuple(tensors([rows, columns]), labels([4], rows)));
const distinctVector = shapes({ minRank: 1, maxRank: 1 }).chain((shape) =>
	fc.tuple(distinctTensors(shape)),
);

/** Rules that confuse one element with another. */
export const indices: readonly Entry[] = [
	...ofKind('moved elements', [
		{
			name: 'two vectors end to end, their gradients swapped',
			f: two(
				(x, y) => concatenate([x, y]),
				(g) => split(g, 2).toReversed(),
			),
			operands: pair,
			torch: 'custom(lambda x, y: torch.cat([x, y]), lambda g, x, y: g.chunk(2)[::-1])',
		},
		{
			name: 'a reversed vector, its cotangent not reversed back',
			f: one(
				(x) => flip(x, 0),
				(g) => g,
			),
			operands: vector,
			torch: 'custom(lambda x: x.flip(0), lambda g, x: (g,))',
		},
		{
			name: 'running sums, the rule running in the same direction',
			f: one(
				(x) => cumsum(x, 0),
				(g) => cumsum(g, 0),
			),
			operands: vector,
			torch: 'custom(lambda x: x.cumsum(0), lambda g, x: (g.cumsum(0),))',
		},
		{
			name: 'all but the first element, its gradient one place too low',
			f: one(
				(x) => slice(x, [1, null]),
				(g, x) => (x.shape[0] === 0 ? x.zerosLike() : pad(g, [[0, 1]])),
			),
			operands: vector,
			torch: 'custom(lambda x: x[1:], lambda g, x: (torch.cat([g, torch.zeros_like(x[:1])]),))',
		},
		{
			name: 'a sorted vector, its cotangent left in order of size',
			f: one(
				(x) => x.sort(),
				(g) => g,
			),
			operands: distinctVector,
			torch: 'custom(lambda x: x.sort()[0], lambda g, x: (g,))',
		},
		{
			name: 'a sorted vector, its cotangent permuted the same way instead of back',
			f: one(
				(x) => x.sort(),
				(g, x) => take(g, x.argsort()),
			),
			operands: distinctVector,
			torch: 'custom(lambda x: x.sort()[0], lambda g, x: (g[x.argsort()],))',
		},
	]),
	...ofKind('repeated or special indices', [
		{
			name: 'rows taken, of one taken twice the mean of the cotangents',
			f: (x, indices) =>
				one(
					(rows) => take(rows, indices),
					(g, rows) => {
						const size = rows.shape[0] ?? 0;
						const seen = scatterAdd(g.onesLike(), indices, { size });
						return scatterAdd(g, indices, { size }).div(seen.maximum(1));
					},
				)(x),
			operands: rowsAndLabels,
			torch:
				'lambda x, i: custom(lambda x: x[i], lambda g, x: (torch.zeros_like(x).index_add(0, i, g) / torch.bincount(i, minlength=len(x)).clamp(min=1)[:, None],))(x)',
		},
		{
			name: 'rows taken, those of label 0 without gradient, as padding',
			f: (x, indices) =>
				one(
					(rows) => take(rows, indices),
					(g, rows) => {
						const kept = indices.notEqual(0).cast('f64').expandDims(1);
						return scatterAdd(g.mul(kept), indices, { size: rows.shape[0] ?? 0 });
					},
				)(x),
			operands: rowsAndLabels,
			torch:
				'lambda x, i: custom(lambda x: x[i], lambda g, x: (torch.zeros_like(x).index_add(0, i, g * (i != 0).to(g.dtype)[:, None]),))(x)',
		},
		{
			name: 'cross entropy by label, the gradient of the next class',
			f: (x, classes) =>
				one(
					(scores) => gather(scores.logSoftmax(1), classes.expandDims(1), { axis: 1, batch: 1 }),
					(g, scores) => {
						const target = scatterAdd(g, classes.add(1).expandDims(1), {
							axis: 1,
							batch: 1,
							size: (scores.shape[1] ?? 0) + 1,
						});
						return slice(target, [null, null], [0, -1]).sub(scores.softmax(1).mul(g));
					},
				)(x),
			operands: fc.tuple(tensors([3, 4]), integerTensors([3], 0, 3)),
		},
	]),
	...ofKind('one element wrong', [
		{
			name: 'exp of a vector, without gradient in its last element',
			f: one(
				(x) => x.exp(),
				(g, x, y) => {
					const n = x.shape[0] ?? 0;
					return n === 0 ? g : pad(slice(g.mul(y), [0, n - 1]), [[0, 1]]);
				},
			),
			operands: vector,
			torch:
				'custom(lambda x: x.exp(), lambda g, x: (torch.cat([(g * x.exp())[:-1], torch.zeros_like(x[:1])]),))',
		},
		{
			name: 'differences of neighbours, the first without its own share',
			f: one(
				(x) =>
					slice(x, [1, null])
						.sub(slice(x, [0, -1]))
						.square(),
				(g, x) => {
					if ((x.shape[0] ?? 0) === 0) return x.zerosLike();
					const slope = g.mul(slice(x, [1, null]).sub(slice(x, [0, -1]))).mul(2);
					const inner = pad(slice(slope, [1, null]), [[1, 1]]);
					return pad(slope, [[1, 0]]).sub((x.shape[0] ?? 0) === 1 ? x.zerosLike() : inner);
				},
			),
			operands: vector,
		},
		{
			name: 'a product of matrices, the corner of the first gradient halved',
			f: two(matmul, (g, x, y) => {
				const [n = 0, k = 0] = x.shape;
				const corner = pad(x.onesLike().sum().minimum(1).reshape([1, 1]), [
					[0, Math.max(n - 1, 0)],
					[0, Math.max(k - 1, 0)],
				]);
				const whole = matmul(g, y.transpose());
				return [n * k === 0 ? whole : whole.mul(corner.mul(-0.5).add(1)), matmul(x.transpose(), g)];
			}),
			operands: factors,
		},
	]),
];
