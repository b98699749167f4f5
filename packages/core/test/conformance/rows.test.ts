import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	all,
	any,
	gelu,
	logSoftmax,
	logSumExp,
	matmul,
	type Node,
	ready,
	softmax,
	tensor,
	where,
} from '../../src/index.ts';
import { filled, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

// Reductions of many short rows, of which four are computed at once, and of rows so long that several vectors are.

const dtypes = ['f32', 'f64', 'i32', 'u8', 'bool'] as const;

/** From two rows to more than one thread takes at once; as many columns as vectors hold, and fewer, and more. */
const shortCases = fc.record({
	batch: fc.constantFrom([], [3], [2, 2]),
	rows: fc.constantFrom(2, 15, 16, 17, 18, 35, 64, 1030),
	columns: fc.oneof(fc.integer({ min: 1, max: 17 }), fc.constantFrom(33, 47, 48, 49)),
	seed: seeds,
});

/** Along the rows of x [..., rows, columns]. */
const alongRows: Readonly<Record<string, (x: Node) => Node | readonly Node[]>> = {
	'a sum': (x) => x.sum(-1),
	'a product': (x) => x.cast('i32').minimum(3).prod(-1),
	'the largest': (x) => x.amax(-1, { keepDims: true }),
	'the position of the smallest': (x) => x.argmin(-1),
	'the largest by its position': (x) => x.max(-1),
	'distances from the mean': (x) => {
		const y = x.cast('f32');
		const distance = y.sub(y.mean(-1, { keepDims: true }));
		return [distance, distance.square().mean(-1)];
	},
	'what is upside down': (x) => x.flip(-1).equal(x.amax(-1, { keepDims: true })),
	'what lies transposed': (x) => x.transpose().sum(-2),
	'every other column': (x) =>
		x.slice(...x.shape.slice(1).map(() => null), [null, null, 2]).sum(-1),
	'two axes': (x) => {
		const [columns = 1, ...rows] = x.shape.toReversed();
		const parts = columns % 2 === 0 ? 2 : 1;
		return x.reshape([...rows.toReversed(), parts, columns / parts]).sum([-2, -1]);
	},
	'where the largest is': (x) => x.equal(x.amax(-1, { keepDims: true })).transpose(),
};

/** Of x [rows, columns], functions that stand in the loops over long rows. */
const slow: Readonly<Record<string, (x: Node) => Node | readonly Node[]>> = {
	exp: (x) => x.exp(),
	gelu: (x) => gelu(x),
	'a chain': (x) => x.tanh().exp().log1p().add(x).expm1().tanh(),
	softmax: (x) => softmax(x),
	'a sum, stored too': (x) => {
		const powers = x.exp();
		return [powers, powers.sum(-1), powers.amax(-1)];
	},
	'the position of the largest': (x) => x.tanh().argmax(-1),
	'what is upside down': (x) => x.flip(-1).exp().sub(x.tanh()),
	'every other column': (x) => x.slice(null, [null, null, 2]).exp().sum(-1),
	'what lies transposed': (x) => {
		const [rows = 1] = x.shape;
		return x.reshape([-1, rows]).transpose().exp();
	},
	'one column for all': (x) => x.slice(null, [0, 1]).add(x).tanh(),
	'down the columns': (x) => softmax(x, 0),
	'down the columns, with what lies transposed': (x) => {
		const [rows = 1] = x.shape;
		return x
			.exp()
			.mul(x.reshape([-1, rows]).transpose())
			.sum(0);
	},
};

/** Reductions of x [rows, columns] along an axis; nothing in their loops takes long. */
const reductions: Readonly<Record<string, (x: Node, axis: number) => Node | readonly Node[]>> = {
	'a sum': (x, axis) => x.sum(axis),
	'a product': (x, axis) =>
		where(x.greater(0), 3, where(x.less(0), 2, 1))
			.cast('i32')
			.prod(axis),
	'a product of numbers near 1': (x, axis) => x.cast('f32').mul(1e-3).add(1).prod(axis),
	'a sum, the extremes and where they are': (x, axis) => [
		x.sum(axis),
		x.amax(axis),
		x.amin(axis),
		x.argmax(axis),
		x.argmin(axis),
	],
	'whether all or any hold': (x, axis) => [any(x.greater(0), axis), all(x.less(1), axis)],
	'the position among numbers': (x, axis) => where(x.equal(x), x, 0).argmin(axis),
};

forEveryEngine(
	(tested) => {
		test.each(
			Object.entries(alongRows).flatMap(([name, f]) =>
				dtypes.map((dtype) => [name, dtype, f] as const),
			),
		)('along short rows the results are the interpreter’s: %s, of %s', (_, dtype, f) => {
			return fc.assert(
				fc.asyncProperty(shortCases, ({ batch, rows, columns, seed }) => {
					const x = filled([...batch, rows, columns], dtype, seed, 'ties');
					return tested.computes(f, [x]);
				}),
				tested.times(5),
			);
		});

		test.each([
			['softmax', (x: Node) => softmax(x)],
			['logSoftmax and the sum that it is made of', (x: Node) => [logSoftmax(x), logSumExp(x, -1)]],
			['softmax along the first axis', (x: Node) => softmax(x, 0)],
			['the sum of powers', (x: Node) => x.tanh().exp().add(x.square()).sum(-1)],
		] as const)('functions along short rows are the interpreter’s: %s', (_, f) => {
			const fillings = fc.constantFrom('ordinary' as const, 'special' as const);
			const types = fc.constantFrom('f32' as const, 'f64' as const);
			return fc.assert(
				fc.asyncProperty(
					shortCases,
					types,
					fillings,
					({ batch, rows, columns, seed }, dtype, filling) => {
						const x = filled([...batch, rows, columns], dtype, seed, filling);
						return tested.computes(f, [x]);
					},
				),
				tested.times(10),
			);
		});

		test('between products, too, short rows are the interpreter’s, in a batch and at its ends', () => {
			const cases = fc.record({
				batch: fc.constantFrom([], [3]),
				rows: fc.constantFrom(16, 21, 100, 302, 403),
				inner: fc.constantFrom(5, 64, 130),
				classes: fc.constantFrom(2, 3, 8, 10, 13, 48),
				seed: seeds,
			});
			return fc.assert(
				fc.asyncProperty(cases, ({ batch, rows, inner, classes, seed }) => {
					const x = filled([...batch, rows, inner], 'f32', seed);
					const weights = filled([inner, classes], 'f32', seed + 1).mul(0.1);
					const f = (a: Node, w: Node): Node[] => {
						const scores = matmul(a, w);
						const likely = softmax(scores);
						return [likely, matmul(likely, w.transpose()), scores.argmax(-1)];
					};
					return tested.computes(f, [x, weights]);
				}),
				tested.times(10),
			);
		});

		test.each(Object.entries(slow))(
			'functions along long rows are the interpreter’s: %s',
			(_, f) => {
				const cases = fc.record({
					rows: fc.constantFrom(12, 13, 16),
					columns: fc.constantFrom(700, 703, 704, 720, 733, 738),
					seed: seeds,
				});
				return fc.assert(
					fc.asyncProperty(cases, ({ rows, columns, seed }) => {
						const x = filled([rows, columns], 'f32', seed);
						return tested.computes(f, [x]);
					}),
					tested.times(5),
				);
			},
		);

		test.each(
			Object.entries(reductions).flatMap(([name, f]) =>
				dtypes.map((dtype) => [name, dtype, f] as const),
			),
		)('along long rows the results are the interpreter’s: %s, of %s', (_, dtype, f) => {
			const cases = fc.record({
				// Each is of over 8,192 elements, with rows of 16 vectors, of fewer and more, and with a rest.
				shape: fc.constantFrom(
					[1, 8197],
					[3, 3000],
					[13, 701],
					[150, 61],
					[150, 64],
					[150, 67],
					[150, 81],
					[2800, 3],
				),
				axis: fc.constantFrom(0, 1),
				filling: fc.constantFrom('ordinary' as const, 'special' as const, 'ties' as const),
				seed: seeds,
			});
			return fc.assert(
				fc.asyncProperty(cases, ({ shape, axis, filling, seed }) => {
					const x = filled(shape, dtype, seed, filling);
					return tested.computes((a: Node) => f(a, axis), [x]);
				}),
				tested.times(5),
			);
		});

		test('the first of the largest is found wherever they stand, and the first that is no number before all', () => {
			const cases = fc.record({
				length: fc.integer({ min: 60, max: 90 }),
				anywhere: fc.array(fc.nat(10_000), { minLength: 1, maxLength: 3 }),
				largest: fc.constantFrom(1, Infinity, Number.NaN),
				others: fc.constantFrom(0, -1, -Infinity),
				axis: fc.constantFrom(0, 1),
			});
			return fc.assert(
				fc.asyncProperty(cases, async ({ length, anywhere, largest, others, axis }) => {
					const rows = 150;
					const places = anywhere.map((place) => place % length);
					const data = new Float32Array(rows * length).fill(others);
					const at = (row: number, place: number): number =>
						axis === 1 ? row * length + place : place * rows + row;
					for (let row = 0; row < rows; row++)
						for (const place of places) data[at(row, place)] = largest;
					const x = tensor(data, { shape: axis === 1 ? [rows, length] : [length, rows] });
					const found = tested.compile((a: Node) => [a.argmax(axis), a.neg().argmin(axis)])(x);
					await ready(...found);
					const first = new Array(rows).fill(Math.min(...places));
					expect(found.map((each) => each.toArray())).toEqual([first, first]);
				}),
				tested.times(30),
			);
		});
	},
	{ large: true },
);
