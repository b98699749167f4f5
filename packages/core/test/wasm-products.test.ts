import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiler, matmul, type Node, tensor, zeros } from '../src/index.ts';
import type { Kernel } from '../src/lowering/ir/kernel.ts';
import { expectAgreement, expectSame, filled, newWasmEngine, seeds } from './compiled.ts';
import { guarded } from './guarded.ts';
import { planOf } from './plans.ts';
import { runs } from './runs.ts';

const engine = guarded(newWasmEngine());

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
		fc.assert(
			fc.property(cases, ({ batches: [left, right], inner, apart, rows, columns, seed }) => {
				const x = filled([...left, inner, apart], dtype, seed);
				const y = filled([...right, inner, columns], dtype, seed + 1);
				const f = (a?: Node, b?: Node): Node => product(a as Node, b as Node, rows);
				expectSame(engine, f, [x, y], { terms: inner, size: 9 });
			}),
			runs(30),
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
		fc.assert(
			fc.property(cases, ({ batches: [left, right], rows, inner, columns, before, seed }) => {
				const x = filled([...left, rows, inner], dtype, seed);
				const y = filled([...right, inner, before + columns + 2], dtype, seed + 1);
				const part = [...right.map(() => null), null, [before, before + columns]] as const;
				const f = (a?: Node, b?: Node): Node => matmul(a as Node, (b as Node).slice(...part));
				expectSame(engine, f, [x, y], { terms: inner, size: 9 });
			}),
			runs(40),
		);
	},
);

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
		[[columns, 256], (x: Node) => x.slice(null, [0, rows]).transpose()] as const,
];

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
		fc.assert(
			fc.property(cases, ({ rows, inner, columns, left, right, seed }) => {
				const [leftShape, makeLeft] = left(rows, inner);
				const [rightShape, makeRight] = right(inner, columns);
				const f = (x?: Node, y?: Node): Node => matmul(makeLeft(x as Node), makeRight(y as Node));
				const operands = [
					filled([...leftShape], dtype, seed),
					filled([...rightShape], dtype, seed + 1),
				];
				expectSame(engine, f, operands, { terms: inner, size: 9 });
			}),
			runs(60),
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
		fc.assert(
			fc.property(cases, ({ inner, columns, more, transposed, right, seed }) => {
				const rows = Math.ceil(2 ** 18 / (inner * columns)) + more; // so many are worth longer loops
				const [rightShape, makeRight] = right(inner, columns);
				const f = (x?: Node, y?: Node): Node => {
					const left = transposed ? (x as Node).transpose() : (x as Node);
					return matmul(left, makeRight(y as Node));
				};
				const operands = [
					filled(transposed ? [inner, rows] : [rows, inner], dtype, seed),
					filled([...rightShape], dtype, seed + 1),
				];
				expectSame(engine, f, operands, { terms: inner, size: 9 });
			}),
			runs(60),
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
		fc.assert(
			fc.property(cases, ({ rows, inner, columns, left, right, seed }) => {
				const [leftShape, makeLeft] = left(rows, inner);
				const [rightShape, makeRight] = right(inner, columns);
				const f = (x?: Node, y?: Node): Node =>
					matmul(makeLeft(x as Node), makeRight(y as Node)).relu();
				const operands = [
					filled([...leftShape], dtype, seed),
					filled([...rightShape], dtype, seed + 1),
				];
				expectSame(engine, f, operands, { terms: inner, size: 9 });
			}),
			runs(15),
		);
	},
);

test('a product without columns writes nothing over what else is in memory', () => {
	const f = (x?: Node, y?: Node): Node[] => [matmul(x as Node, y as Node), (x as Node).mul(2)];
	for (const dtype of ['f32', 'f64', 'i32'] as const)
		expectSame(engine, f, [filled([8, 30], dtype, 1), filled([30, 0], dtype, 2)], { exact: true });
});

function isProduct(kernel: Kernel): boolean {
	return kernel.kind === 'rows' && kernel.segments.some(({ kind }) => kind === 'product');
}

/** The rows of each kernel that multiplies. */
function rowsOf(f: (x: Node, y: Node) => Node, x: Node, y: Node): string[] {
	const products = planOf(f, x, y).phases.flat().filter(isProduct);
	return products.map((kernel) => (kernel.kind === 'rows' ? String(kernel.rows) : ''));
}

test('a left operand is packed where it is far to the next element, a right one where it would not stay in the cache', () => {
	const packsOf = (length: number, columns: number): number => {
		const f = (x: Node, y: Node): Node => matmul(x.transpose(), y);
		const { phases } = planOf(f, zeros([10, length]), zeros([10, columns]));
		return phases.flat().filter(({ kind }) => kind === 'pack').length;
	};
	expect(packsOf(256, 700)).toBe(2);
	expect(packsOf(100, 700)).toBe(1);
	expect(packsOf(256, 100)).toBe(1);
	expect(packsOf(250, 100)).toBe(0);
	// Few columns are not worth packing for, many are.
	expect(packsOf(256, 10)).toBe(0);
	expect(packsOf(250, 300)).toBe(1);
});

test('a large product is done by halves of its inner axis where that is long for its rows, and memory has halves', () => {
	const [weights, images] = [zeros([784, 50]), zeros([100, 784])];
	expect(rowsOf(matmul, images, weights)).toEqual(['2,100']);
	expect(rowsOf((x, y) => matmul(x.transpose(), y), zeros([784, 100]), weights)).toEqual(['2,100']);
	expect(rowsOf((x, y) => matmul(x, y.transpose()), images, zeros([50, 784]))).toEqual(['2,100']);
	expect(rowsOf((x, y) => matmul(x.reshape([100, 784]), y), zeros([100, 28, 28]), weights)).toEqual(
		['2,100'],
	);
	// What lies there in no halves, few multiply-adds, many rows.
	expect(rowsOf((x, y) => matmul(x.flip(1), y), images, weights)).toEqual(['100']);
	expect(rowsOf(matmul, zeros([100, 780]), zeros([780, 50]))).toEqual(['100']);
	expect(rowsOf(matmul, zeros([6, 784]), weights)).toEqual(['6']);
	expect(rowsOf(matmul, zeros([400, 784]), weights)).toEqual(['400']);
});

/** By an operand that lies transposed. */
const byTransposed = (x: Node, y: Node): Node => {
	const leading = [...y.shape.slice(0, -2).keys()];
	return matmul(x, y.permute([...leading, leading.length + 1, leading.length]));
};

test('a product of one row with an operand that lies transposed reads it as it lies, in rows that threads share', () => {
	const packedColumns = (x: Node, y: Node): number[] => {
		const kernels = planOf(byTransposed, x, y).phases.flat();
		return kernels.flatMap((kernel) => (kernel.kind === 'pack' ? kernel.columns : []));
	};
	expect(packedColumns(zeros([1, 784]), zeros([50, 784]))).toEqual([1]);
	expect(rowsOf(byTransposed, zeros([1, 784]), zeros([50, 784]))).toEqual(['50']);
	expect(packedColumns(zeros([3, 1, 784]), zeros([3, 50, 784]))).toEqual([1]);
	expect(rowsOf(byTransposed, zeros([3, 1, 784]), zeros([3, 50, 784]))).toEqual(['3,50']);
	// Two rows, and vectors that leave a rest.
	expect(packedColumns(zeros([2, 784]), zeros([50, 784]))).toEqual([50]);
	expect(packedColumns(zeros([1, 783]), zeros([50, 783]))).toEqual([50]);
});

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
		fc.assert(
			fc.property(cases, ({ batch, inner, columns, order: all, seed }) => {
				const shape = [...batch, inner, columns];
				const order = all.filter((axis) => axis < shape.length);
				const lying = order.map((_, axis) => shape[order.indexOf(axis)] ?? 0);
				const x = filled([...batch, 1, inner], dtype, seed);
				const y = filled(lying, dtype, seed + 1);
				const f = (a?: Node, b?: Node): Node => matmul(a as Node, (b as Node).permute(order));
				expectSame(engine, f, [x, y], { terms: inner, size: 9 });
			}),
			runs(40),
		);
	},
);

test('products are one kernel while what they multiply by fits a cache', () => {
	const kernelsOf = (size: number): number => {
		const f = (x: Node, y: Node): Node => matmul(matmul(x, y).relu(), y);
		const { phases } = planOf(f, zeros([4, size]), zeros([size, size]));
		return phases.flat().filter(isProduct).length;
	};
	expect(kernelsOf(100)).toBe(1);
	expect(kernelsOf(1000)).toBe(2);
});

test('a product of constants is computed once, with the bits that it has outside of compile', () => {
	const [x, y] = [filled([300, 200], 'f32', 1), filled([200, 150], 'f32', 2)];
	const f = (shift: Node): Node => matmul(x.slice([0, 280]), y).add(shift);
	const kernels = planOf((a) => f(a), zeros([]), zeros([])).phases.flat();
	expect(kernels.filter(isProduct)).toEqual([]);
	const compiled = compiler(engine)(f);
	for (const shift of [0, 1])
		expectAgreement(compiled(tensor(shift)), f(tensor(shift)), { exact: true });
});
