import fc from 'fast-check';
import { test } from 'vitest';
import { type Node, tensor } from '../../src/index.ts';
import { filled, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

// Large operands whose neighbours in memory belong to different rows of the result: several rows are computed at once.

const dtypes = ['f32', 'f64', 'i32', 'u8', 'bool'] as const;

/** Lengths that are, and are not, multiples of what is computed at once. */
const cases = fc.record({
	batch: fc.constantFrom([], [2]),
	rows: fc.constantFrom(64, 48, 40, 36, 34, 33),
	columns: fc.constantFrom(256, 257, 262, 303),
	seed: seeds,
});

/** Each of the functions with each dtype. */
function withDTypes<F>(functions: Readonly<Record<string, F>>) {
	return Object.entries(functions).flatMap(([name, f]) =>
		dtypes.map((dtype) => [name, dtype, f] as const),
	);
}

/** Of x [..., rows, columns] and y [..., columns, rows]. */
const elementwise: Readonly<Record<string, (x: Node, y: Node) => Node>> = {
	'a copy': (x) => x.transpose(),
	'a sum with what lies straight': (x, y) => x.transpose().maximum(y),
	'two that lie so': (x, y) =>
		x.transpose().equal(x.flip(-1).transpose()).logicalOr(y.cast('bool')),
	'upside down': (x) => x.flip(-2).transpose().maximum(x.transpose()),
	'every other row': (x) =>
		x.slice(...x.shape.slice(1).map(() => null), [null, null, 2]).transpose(),
	'a part': (x) => x.slice(...x.shape.slice(1).map(() => null), [1, -1]).transpose(),
	'one row for all': (x, y) =>
		x.transpose().minimum(y.slice(...y.shape.slice(1).map(() => null), [0, 1])),
	'a long expression': (x, y) => {
		let z = x.transpose();
		for (let i = 0; i < 8; i++) z = z.maximum(y).minimum(x.transpose());
		return z;
	},
};

/** Views of x [..., rows, columns] that a gather reads through, or not. */
const views: Readonly<Record<string, (x: Node) => Node>> = {
	'what lies transposed': (x) => x.transpose(),
	'a part of every other row': (x) =>
		x.slice(...x.shape.slice(2).map(() => null), [1, null, 2], [3, -2]),
	'what is upside down': (x) => x.flip(-2).transpose(),
	'copies of a row': (x) =>
		x.slice(...x.shape.slice(2).map(() => null), [1, 2], [0, null]).broadcastTo(x.shape),
	'another shape': (x) => x.transpose().reshape([x.shape.at(-1) ?? 1, -1]),
};

/** Down the columns of x [..., rows, columns]. */
const reductions: Readonly<Record<string, (x: Node) => Node>> = {
	sum: (x) => x.sum(-2),
	'largest and its position': (x) => x.amax(-2).cast('f64').add(x.argmax(-2).cast('f64')),
	'largest, by position': (x) => x.max(-2),
	'mean of squares': (x) => x.cast('f64').square().mean(-2),
	'sum of what lies transposed': (x) => x.transpose().sum(-1),
	softmax: (x) => x.cast('f32').softmax(-2),
	'sum over a batch and columns': (x) => x.sum(x.shape.length > 2 ? [0, -2] : -2),
};

forEveryEngine(
	(tested) => {
		test.each(withDTypes(elementwise))(
			'elements that lie transposed are the interpreter’s: %s, of %s',
			(_, dtype, f) => {
				return fc.assert(
					fc.asyncProperty(cases, ({ batch, rows, columns, seed }) => {
						const x = filled([...batch, rows, columns], dtype, seed, 'special');
						const y = filled([...batch, columns, rows], dtype, seed + 1, 'special');
						return tested.computes(f, [x, y], { exact: true });
					}),
					tested.times(6),
				);
			},
		);

		test.each(Object.entries(views))('gathers from views are the interpreter’s: %s', (_, view) => {
			return fc.assert(
				fc.asyncProperty(cases, fc.constantFrom(...dtypes), fc.nat(2), (shape, dtype, position) => {
					const { batch, rows, columns, seed } = shape;
					const x = filled([...batch, rows, columns], dtype, seed, 'special');
					const { shape: viewed } = view(x);
					const axis = position % viewed.length;
					const length = viewed[axis] ?? 1;
					const indices = tensor(
						Int32Array.from({ length: 7 }, (_, i) => (seed + 7919 * i) % length),
					);
					return tested.computes((a: Node, i: Node) => view(a).take(i, axis), [x, indices], {
						exact: true,
					});
				}),
				tested.times(20),
			);
		});

		test.each(withDTypes(reductions))(
			'reductions down columns are the interpreter’s: %s, of %s',
			(_, dtype, f) => {
				return fc.assert(
					fc.asyncProperty(cases, ({ batch, rows, columns, seed }) => {
						// The columns of the one are the rows of the other: both kinds of lengths come in both places.
						const x = filled([...batch, columns, rows], dtype, seed, 'ties');
						return tested.computes(f, [x]);
					}),
					tested.times(6),
				);
			},
		);
	},
	{ large: true },
);
