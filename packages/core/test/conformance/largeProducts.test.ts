import fc from 'fast-check';
import { test } from 'vitest';
import { matmul, type Node } from '../../src/index.ts';
import { filled, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

/** The leading axes of a left and a right operand. */
const batches = fc.constantFrom<[number[], number[]]>(
	[[], []],
	[[3], [3]],
	[[3], [1]],
	[[1], [2]],
	[[2, 3], [3]],
);

/** Of a left operand whose columns are so long that they drive each other out of a cache, its first rows. */
const product = (x: Node, y: Node, rows: number): Node => {
	const leading = x.shape.slice(0, -2);
	const axes = [...leading.keys()];
	const part = x.slice(...leading.map(() => null), null, [0, rows]);
	return matmul(part.permute([...axes, axes.length + 1, axes.length]), y);
};

/** How an operand lies in memory before it is one of so many rows and columns: [shape, and what makes it that]. */
const layouts = [
	(rows: number, columns: number) => [[rows, columns], (x: Node) => x] as const,
	(rows: number, columns: number) => [[columns, rows], (x: Node) => x.transpose()] as const,
	(rows: number, columns: number) => [[rows, columns], (x: Node) => x.flip(0)] as const,
	(rows: number, columns: number) => [[rows, columns], (x: Node) => x.flip(1)] as const,
	(rows: number, columns: number) =>
		[[rows + 1, columns + 3], (x: Node) => x.slice([1, rows + 1], [2, columns + 2])] as const,
	(rows: number, columns: number) =>
		[[rows, 1], (x: Node) => x.broadcastTo([rows, columns])] as const,
	// A multiple of 1,024 bytes apart, so that a left one is packed.
	(rows: number, columns: number) =>
		[
			[columns, 256 * Math.ceil(rows / 256)],
			(x: Node) => x.slice(null, [0, rows]).transpose(),
		] as const,
];

forEveryEngine(
	(tested) => {
		test.each(['f32', 'f64', 'i32'] as const)(
			'products of %s columns far apart are the interpreter’s',
			(dtype) => {
				const cases = fc.record({
					batches,
					// Of each, as many as lie in 56 pages of memory, and some more.
					inner: fc.oneof(fc.nat(70), fc.constantFrom(57, 73, 74, 113, 225)),
					apart: fc.constantFrom(256, 784, 1100),
					rows: fc.integer({ min: 1, max: 70 }),
					columns: fc.constantFrom(1, 8, 12, 50, 64, 65, 70, 100),
					seed: seeds,
				});
				return fc.assert(
					fc.asyncProperty(
						cases,
						({ batches: [left, right], inner, apart, rows, columns, seed }) => {
							const x = filled([...left, inner, apart], dtype, seed);
							const y = filled([...right, inner, columns], dtype, seed + 1);
							const f = (a: Node, b: Node): Node => product(a, b, rows);
							return tested.computes(f, [x, y]);
						},
					),
					tested.times(12),
				);
			},
		);

		test.each(['f32', 'f64', 'i32'] as const)(
			'products of few rows of %s by a part of a matrix are the interpreter’s',
			(dtype) => {
				const cases = fc.record({
					batches,
					rows: fc.integer({ min: 1, max: 5 }),
					inner: fc.oneof(fc.nat(40), fc.constantFrom(1024, 1025, 2100)),
					columns: fc.nat(40),
					before: fc.nat(3),
					seed: seeds,
				});
				return fc.assert(
					fc.asyncProperty(
						cases,
						({ batches: [left, right], rows, inner, columns, before, seed }) => {
							const x = filled([...left, rows, inner], dtype, seed);
							const y = filled([...right, inner, before + columns + 2], dtype, seed + 1);
							const part = [...right.map(() => null), null, [before, before + columns]] as const;
							const f = (a: Node, b: Node): Node => matmul(a, b.slice(...part));
							return tested.computes(f, [x, y]);
						},
					),
					tested.times(12),
				);
			},
		);

		test.each(['f32', 'f64', 'i32'] as const)(
			'products of %s whose columns are a few more than whole panels are the interpreter’s',
			(dtype) => {
				const cases = fc.record({
					rows: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 2, 64, 101)),
					inner: fc.oneof(
						fc.nat(40),
						fc.nat(20).map((n) => 4 * n),
						fc.constantFrom(784, 1028, 2050),
					),
					columns: fc.constantFrom(1, 2, 3, 4, 5, 9, 10, 11, 12, 33, 34, 36, 41, 50, 52),
					left: fc.constantFrom(...layouts),
					right: fc.constantFrom(...layouts),
					seed: seeds,
				});
				return fc.assert(
					fc.asyncProperty(cases, ({ rows, inner, columns, left, right, seed }) => {
						const [leftShape, makeLeft] = left(rows, inner);
						const [rightShape, makeRight] = right(inner, columns);
						const f = (x: Node, y: Node): Node => matmul(makeLeft(x), makeRight(y));
						const operands = [
							filled([...leftShape], dtype, seed),
							filled([...rightShape], dtype, seed + 1),
						];
						return tested.computes(f, operands);
					}),
					tested.times(16),
				);
			},
		);

		test.each(['f32', 'f64', 'i32'] as const)(
			'large products of %s are the interpreter’s, wherever their inner axis ends',
			(dtype) => {
				const cases = fc.record({
					inner: fc.integer({ min: 1, max: 25 }),
					columns: fc.constantFrom(1, 2, 3, 4, 8, 10, 12),
					more: fc.nat(20),
					transposed: fc.boolean(),
					right: fc.constantFrom(...layouts),
					seed: seeds,
				});
				return fc.assert(
					fc.asyncProperty(cases, ({ inner, columns, more, transposed, right, seed }) => {
						const rows = Math.ceil(2 ** 18 / (inner * columns)) + more; // so many are worth longer loops
						const [rightShape, makeRight] = right(inner, columns);
						const f = (x: Node, y: Node): Node => {
							const left = transposed ? x.transpose() : x;
							return matmul(left, makeRight(y));
						};
						const operands = [
							filled(transposed ? [inner, rows] : [rows, inner], dtype, seed),
							filled([...rightShape], dtype, seed + 1),
						];
						return tested.computes(f, operands);
					}),
					tested.times(16),
				);
			},
		);

		test.each(['f32', 'f64', 'i32'] as const)(
			'products of %s of few rows along a long inner axis are the interpreter’s',
			(dtype) => {
				const cases = fc.record({
					rows: fc.integer({ min: 1, max: 40 }),
					inner: fc.constantFrom(1000, 1024, 1028, 2056),
					columns: fc.constantFrom(50, 64, 130, 257),
					left: fc.constantFrom(...layouts),
					right: fc.constantFrom(...layouts.slice(0, -1)),
					seed: seeds,
				});
				return fc.assert(
					fc.asyncProperty(cases, ({ rows, inner, columns, left, right, seed }) => {
						const [leftShape, makeLeft] = left(rows, inner);
						const [rightShape, makeRight] = right(inner, columns);
						const f = (x: Node, y: Node): Node => matmul(makeLeft(x), makeRight(y)).relu();
						const operands = [
							filled([...leftShape], dtype, seed),
							filled([...rightShape], dtype, seed + 1),
						];
						return tested.computes(f, operands);
					}),
					tested.times(8),
				);
			},
		);

		test.each(['f32', 'f64', 'i32'] as const)(
			'products of one row of %s are the interpreter’s, in whatever order the axes of the other operand lie',
			(dtype) => {
				const cases = fc.record({
					batch: fc.constantFrom([], [1], [3]),
					inner: fc.oneof(fc.nat(40), fc.constantFrom(784, 1028)),
					columns: fc.integer({ min: 0, max: 40 }),
					order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
					seed: seeds,
				});
				return fc.assert(
					fc.asyncProperty(cases, ({ batch, inner, columns, order: all, seed }) => {
						const shape = [...batch, inner, columns];
						const order = all.filter((axis) => axis < shape.length);
						const lying = order.map((_, axis) => shape[order.indexOf(axis)] ?? 0);
						const x = filled([...batch, 1, inner], dtype, seed);
						const y = filled(lying, dtype, seed + 1);
						const f = (a: Node, b: Node): Node => matmul(a, b.permute(order));
						return tested.computes(f, [x, y]);
					}),
					tested.times(12),
				);
			},
		);

		test.each(['f32', 'f64', 'i32'] as const)(
			'a product of %s without columns writes nothing over what else is in memory',
			(dtype) => {
				const f = (x: Node, y: Node): Node[] => [matmul(x, y), x.mul(2)];
				const inputs = [filled([8, 30], dtype, 1), filled([30, 0], dtype, 2)];
				return tested.computes(f, inputs, { exact: true });
			},
		);
	},
	{ large: true },
);
