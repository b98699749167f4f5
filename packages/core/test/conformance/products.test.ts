import fc from 'fast-check';
import { test } from 'vitest';
import { concatenate, type DType, einsum, grad, type Node, sum, tensor } from '../../src/index.ts';
import { filled, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

const floats = fc.constantFrom<DType>('f32', 'f64');
const long = fc.oneof(
	{ weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
	{ weight: 3, arbitrary: fc.integer({ min: 21, max: 70 }) },
);

const epilogues: readonly ((z: Node, bias: Node) => Node)[] = [
	(z, b) => z.add(b).relu(),
	(z, b) => z.add(b).gelu(),
	(z, b) => z.mul(b).tanh().add(z),
	(z, b) => z.add(b).softmax(-1),
	(z, b) => z.add(b).logSumExp(-1),
	(z, b) => z.sub(z.mean(-1, { keepDims: true })).mul(b),
	(z, b) => z.add(b).greater(0).cast(z.dtype).mul(z),
	(z, b) => z.argmax(-1).cast(z.dtype).expandDims(-1).add(b),
	(z, b) => z.add(b).transpose().sum(0),
	(z, b) => z.add(b).reshape([-1]).sigmoid(),
	(z, b) => z.add(b).sum(0).add(z),
	(z, b) => z.add(b).matmul(z.add(b).relu().transpose()),
];

forEveryEngine((tested) => {
	test('products of any sizes, operands transposed or not, in batches or not, are the interpreter’s', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.record({
					m: long,
					n: long,
					k: long,
					left: fc.boolean(),
					right: fc.boolean(),
					batches: fc.constantFrom<[number[], number[]]>(
						[[], []],
						[[3], [3]],
						[[3], []],
						[[], [2]],
						[
							[2, 3],
							[2, 3],
						],
						[[2, 1], [3]],
						[
							[2, 3],
							[1, 3],
						],
						[[1], [4]],
					),
					dtype: fc.constantFrom<DType>('f32', 'f64', 'i32', 'u8'),
					seed: seeds,
				}),
				({ m, n, k, left, right, batches: [before, after], dtype, seed }) => {
					const x = filled([...before, ...(left ? [k, m] : [m, k])], dtype, seed);
					const y = filled([...after, ...(right ? [n, k] : [k, n])], dtype, seed + 1);
					const f = (x: Node, y: Node): Node[] => {
						const product = (left ? x.transpose() : x).matmul(right ? y.transpose() : y);
						return dtype === 'f32' || dtype === 'f64'
							? [product, ...grad(sum(product.mul(product)), [x, y])]
							: [product];
					};
					return tested.computes(f, [x, y]);
				},
			),
			tested.times(40),
		);
	});

	test('products of operands that are views, numbers throughout, or computed are the interpreter’s', () => {
		const forms: readonly ((x: Node) => Node)[] = [
			(x) => x,
			(x) => x.flip(0),
			(x) => x.flip(1),
			(x) => x.slice([null, null, 2]),
			(x) => x.slice([null, null, -1], [1, null]),
			(x) => x.exp(),
			(x) => x.add(1).transpose(),
			(x) => x.onesLike(),
			(x) => x.sum(0, { keepDims: true }).broadcastTo(x.shape),
			(x) => x.sum(1, { keepDims: true }).broadcastTo(x.shape),
			(x) => x.reshape([-1, 2]),
			(x) => x.flatten().reshape(x.shape.toReversed()),
			(x) => concatenate([x, x.neg()], 1),
			(x) =>
				x.pad([
					[1, 1],
					[0, 2],
				]),
			(x) => x.take(tensor([1, 0, 1], { dtype: 'i32' })),
			(x) => x.softmax(1),
			(x) => x.matmul(x.transpose()),
		];
		return fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...forms),
				fc.constantFrom(...forms),
				fc.integer({ min: 2, max: 6 }).map((half) => 2 * half),
				fc.integer({ min: 2, max: 13 }),
				floats,
				seeds,
				(left, right, rows, columns, dtype, seed) => {
					const f = (x: Node, y: Node): Node => {
						const a = left(x);
						const b = right(y);
						// Cut to fit.
						const inner = Math.min(a.shape[1] ?? 0, b.shape[0] ?? 0);
						return a.slice([], [0, inner]).matmul(b.slice([0, inner]));
					};
					const inputs = [
						filled([rows, columns], dtype, seed),
						filled([rows, columns], dtype, seed + 1),
					];
					const both = (x: Node, y: Node): Node[] => [
						f(x, y),
						...grad(f(x, y).tanh().sum(), [x, y]),
					];
					return tested.computes(both, inputs);
				},
			),
			tested.times(40),
		);
	});

	test('what follows a product, and its gradients, are the interpreter’s', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...epilogues),
				fc.tuple(fc.nat(40), fc.nat(12), fc.integer({ min: 1, max: 20 })),
				floats,
				seeds,
				(epilogue, [m, k, n], dtype, seed) => {
					const inputs = [[m, k], [k, n], [n]].map((shape, i) => filled(shape, dtype, seed + i));
					const f = (x: Node, w: Node, b: Node): Node[] => {
						const y = epilogue(x.matmul(w), b);
						return [y, ...grad(y.sin().sum(), [x, w, b])];
					};
					return tested.computes(f, inputs);
				},
			),
			tested.times(40),
		);
	});

	test('einsums and their gradients are the interpreter’s', () => {
		const forms = [
			'ij,jk->ik',
			'ij,kj->ik',
			'ji,jk->ik',
			'bij,bjk->bik',
			'bhqd,bhkd->bhqk',
			'ij,ij->',
		];
		return fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...forms),
				fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 8, maxLength: 8 }),
				floats,
				seeds,
				(form, sizes, dtype, seed) => {
					const letters = [...new Set(form.replace(/[^a-z]/g, ''))];
					const shapes = form
						.slice(0, form.indexOf('-'))
						.split(',')
						.map((part) => [...part].map((letter) => sizes[letters.indexOf(letter)] ?? 1));
					const inputs = shapes.map((shape, i) => filled(shape, dtype, seed + i));
					const f = (x: Node, y: Node): Node[] => {
						const z = einsum(form, x, y);
						return [z, ...grad(z.square().sum(), [x, y])];
					};
					return tested.computes(f, inputs);
				},
			),
			tested.times(30),
		);
	});

	test('attention over several heads, and its gradients, are the interpreter’s', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.tuple(
					fc.integer({ min: 1, max: 3 }),
					fc.integer({ min: 1, max: 9 }),
					fc.integer({ min: 1, max: 3 }),
					fc.integer({ min: 1, max: 6 }),
				),
				seeds,
				([batch, length, heads, width], seed) => {
					const size = heads * width;
					const inputs = [
						filled([batch, length, size], 'f64', seed),
						...[1, 2, 3].map((i) => filled([size, size], 'f64', seed + i)),
					];
					const f = (x: Node, q: Node, k: Node, v: Node): Node[] => {
						const split = (y: Node): Node =>
							y.reshape([batch, length, heads, width]).permute([0, 2, 1, 3]);
						const [a, b, c] = [q, k, v].map((w) => split(x.matmul(w))) as [Node, Node, Node]; // three
						const mask = tensor(Array.from({ length }, (_, i) => i)).expandDims(1);
						const hidden = mask.less(mask.transpose());
						const scores = a.matmul(b.transpose()).mul(0.3);
						const y = hidden
							.where(-1e9, scores)
							.softmax(-1)
							.matmul(c)
							.permute([0, 2, 1, 3])
							.reshape([batch, length, size])
							.add(x);
						return [y, ...grad(y.sin().sum(), [x, q, k, v])];
					};
					return tested.computes(f, inputs);
				},
			),
			tested.times(15),
		);
	});
});

forEveryEngine(
	(tested) => {
		test('products over a long inner axis are the interpreter’s', () => {
			return fc.assert(
				fc.asyncProperty(
					fc.integer({ min: 1, max: 9 }),
					fc.integer({ min: 1025, max: 3100 }),
					fc.integer({ min: 1, max: 13 }),
					fc.boolean(),
					floats,
					seeds,
					(m, k, n, transposed, dtype, seed) => {
						const x = filled(transposed ? [k, m] : [m, k], dtype, seed);
						const y = filled([k, n], dtype, seed + 1);
						const f = (x: Node, y: Node): Node => (transposed ? x.transpose() : x).matmul(y);
						return tested.computes(f, [x, y]);
					},
				),
				tested.times(6),
			);
		});
	},
	{ large: true },
);
