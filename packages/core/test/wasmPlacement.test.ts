import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	argsort,
	broadcastTo,
	type DType,
	full,
	grad,
	matmul,
	type Node,
	outer,
	scatterAdd,
	take,
	takeAlongAxis,
	tensor,
} from '../src/index.ts';
import { expectSame, filled, newWasmEngine, seeds } from './compiled.ts';
import { placesOf, planOf, runPlan } from './plans.ts';
import { runs } from './runs.ts';

// Where values lie, and who may still read them when others are put there.

const engine = newWasmEngine();

/** A way to look at all of a matrix for each of its rows, in another order than they are computed in. */
const looks: Readonly<Record<string, (t: Node, a: Node) => Node>> = {
	'as the right operand of a product': (t, a) => matmul(a, t),
	'as the left operand of a product': (t, a) => matmul(t, a),
	transposed: (t) => t.transpose(),
	'with its rows reversed': (t) => t.flip([0]),
	'with its columns reversed': (t) => t.flip([1]),
	'rows picked': (t) => take(t, argsort(t.slice([], [0, 1]).reshape([-1]).neg())),
	'elements picked along the rows': (t) => takeAlongAxis(t, argsort(t, -1), -1),
	'summed whole': (t) => t.sum(),
	'the sums of its rows': (t) => t.sum(1, { keepDims: true }),
	'the sums of its rows, reversed': (t) => t.flip([0]).sum(1, { keepDims: true }),
	'the sums of its columns': (t) => t.sum(0),
	'every other row with every row': (t) => t.expandDims(1).sub(t).tanh().sum(1),
	'as it is': (t) => t,
};

test('a value that is read in several ways and then added keeps its place until the last of them', () => {
	const names = fc.constantFrom(...Object.keys(looks));
	const sizes = fc.constantFrom(1, 2, 3, 4, 5, 8, 9, 31, 32, 33, 64);
	fc.assert(
		fc.property(fc.array(names, { minLength: 1, maxLength: 3 }), sizes, seeds, (ways, n, seed) => {
			expectSame(
				engine,
				(x, a) => {
					const t = (x as Node).tanh();
					const seen = ways.map((way) => looks[way]?.(t, a as Node) as Node); // each is a name of one
					return seen.reduceRight((sum, each) => each.mul(0.5).add(sum), t);
				},
				[filled([n, n], 'f32', seed), filled([n, n], 'f32', seed + 1)],
				{ terms: n * n, size: n * n },
			);
		}),
		runs(200),
	);
});

test.each<[string, (...inputs: Node[]) => Node, Node[]]>([
	[
		'a residual after a product',
		(a, x) => {
			const t = (x as Node).tanh();
			return matmul(a as Node, t).add(t);
		},
		[filled([64, 64], 'f32', 1), filled([64, 64], 'f32', 2)],
	],
	[
		'the sums of mirrored rows',
		(x) => {
			const t = (x as Node).tanh();
			return t.mul(t.flip([0]).sum(1, { keepDims: true }));
		},
		[
			tensor([
				[1, 2],
				[3, 4],
			]),
		],
	],
	[
		'the gradient of an outer product',
		(y) => grad(outer(y as Node, (y as Node).tanh()).sum(), [y as Node])[0] as Node,
		[tensor([1, 2, 3])],
	],
	[
		'forces between bodies',
		(x) => {
			const t = (x as Node).tanh();
			return t.expandDims(1).sub(t).tanh().sum(1).add(t);
		},
		[tensor([1, 2, 3, 5, 8])],
	],
	[
		'the maximum of one row of maxima',
		(x) => (x as Node).max(0, { keepDims: true }).max(0),
		[
			tensor([
				[1, 5, 2],
				[9, 3, 7],
			]),
		],
	],
	[
		'the first of those taken',
		(x, i) => take(take(x as Node, i as Node), [0]),
		[tensor([1, 2, 3]), tensor([2], { dtype: 'i32' })],
	],
	['the maximum of copies', (s) => broadcastTo((s as Node).tanh(), [2]).max(0), [tensor(1)]],
	['copies of a mean, taken', (x) => take(full([4], (x as Node).mean()), [1, 0]), [tensor([1, 2])]],
	[
		'the gradient of a sum over a scatter',
		(x) =>
			grad(
				scatterAdd(x as Node, [0, 1, 1], { size: 2 })
					.sum()
					.log(),
				[x as Node],
			)[0] as Node,
		[tensor([1, 2, 3])],
	],
])('%s is what it is without compiling', (_, f, inputs) => {
	expectSame(engine, f, inputs, { terms: 64, size: 64 });
});

/** Functions that read vectors from any element on. */
const readers: Readonly<Record<string, (x: Node, from: number) => Node>> = {
	'elements from one on': (x, from) => x.slice([from]).neg(),
	'elements backwards': (x, from) => x.slice([from]).flip().neg(),
	'every second': (x, from) => x.slice([from, null, 2]).neg(),
	sums: (x, from) => x.slice([from]).sum(),
	'running sums': (x, from) => x.slice([from]).cumsum(0),
	sorted: (x, from) => x.slice([from]).sort(),
	'taken elements': (x, from) => take(x, [from, 0, -1]),
	'a row by a matrix': (x, from) =>
		matmul(
			x.slice([from]).expandDims(0),
			x
				.slice([from])
				.reshape([-1, 1])
				.mul(x.slice([0, 5])),
		),
	'a matrix by a matrix': (x, from) => outer(x.slice([from]), x).matmul(outer(x, x.slice([0, 3]))),
	'a column by a row, added': (x, from) =>
		matmul(x.slice([from]).reshape([-1, 1]), x.slice([from]).expandDims(0)).add(1),
};

test('memory may end with any buffer: no vector reaches out of it', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...Object.keys(readers)),
			fc.constantFrom<DType>('f64', 'f32', 'f64', 'i32', 'u8'),
			// Those that leave room for a part of a vector before the next cache line.
			fc.constantFrom(6, 14, 5, 7, 15, 61, 62, 16, 13, 12, 1),
			fc.nat(3),
			(name, dtype, length, skipped) => {
				const from = Math.min(skipped, length - 1);
				const x = filled([length], dtype, 1);
				const f = (x: Node): Node => (readers[name] as (x: Node, from: number) => Node)(x, from); // one of their names
				const plan = planOf(f as (...inputs: Node[]) => Node, x);
				const expected = runPlan(plan, [x.view()]);
				for (const last of placesOf(plan))
					expect(runPlan(plan, [x.view()], last)).toEqual(expected);
			},
		),
		runs(300),
	);
});

test('the last elements of a memory that ends with them are read', () => {
	const x = filled([262_118], 'f64', 1);
	expectSame(newWasmEngine(), (x) => (x as Node).slice([1]).neg(), [x], { exact: true });
});
