import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiler, interpreter, matmul, type Node, zeros } from '../src/index.ts';
import { lower } from '../src/lowering/lower.ts';
import { expectSame, filled, newWasmEngine, seeds } from './compiled.ts';

const engine = newWasmEngine();

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
			batches: fc.constantFrom<[number[], number[]]>(
				[[], []],
				[[3], [3]],
				[[3], [1]],
				[[1], [2]],
				[[2, 3], [3]],
			),
			inner: fc.nat(70),
			rows: fc.integer({ min: 1, max: 70 }),
			columns: fc.constantFrom(64, 65, 70, 100),
			seed: seeds,
		});
		fc.assert(
			fc.property(cases, ({ batches: [left, right], inner, rows, columns, seed }) => {
				const x = filled([...left, inner, 256], dtype, seed);
				const y = filled([...right, inner, columns], dtype, seed + 1);
				const f = (a?: Node, b?: Node): Node => product(a as Node, b as Node, rows);
				expectSame(engine, f, [x, y], { terms: inner, size: 9 });
			}),
			{ numRuns: 20 },
		);
	},
);

test.each(['f32', 'f64', 'i32'] as const)(
	'products of few rows of %s by a part of a matrix are the interpreter’s',
	(dtype) => {
		const cases = fc.record({
			batches: fc.constantFrom<[number[], number[]]>(
				[[], []],
				[[3], [3]],
				[[3], [1]],
				[[1], [2]],
				[[2, 3], [3]],
			),
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
			{ numRuns: 40 },
		);
	},
);

test('a left operand is packed where its elements lie far apart, if enough columns share it', () => {
	// A right operand, of more rows than three, always is.
	const packsOf = (length: number, columns: number): number => {
		let packs = 0;
		compiler({
			name: 'counting',
			compile(graph) {
				packs = lower(graph)
					.phases.flat()
					.filter(({ kind }) => kind === 'pack').length;
				return interpreter.compile(graph);
			},
		})((x: Node, y: Node) => matmul(x.transpose(), y))(zeros([10, length]), zeros([10, columns]));
		return packs;
	};
	expect(packsOf(256, 100)).toBe(2);
	expect(packsOf(250, 100)).toBe(2);
	expect(packsOf(100, 100)).toBe(1);
	expect(packsOf(256, 10)).toBe(1);
});
