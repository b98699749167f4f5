import { difference, histories, hostilePrograms, models, outcomeOf } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DType } from '../src/graph/dtype.ts';
import { compiler, interpreter, matmul, type Node, tensor } from '../src/index.ts';
import type { ElementOperation } from '../src/lowering/ir/expression.ts';
import type { Target } from '../src/lowering/target.ts';
import { wasmTarget } from '../src/wasm/target.ts';
import { planEngine } from './planInterpreter.ts';
import { runs } from './runs.ts';

const powers = (least: number, most: number): fc.Arbitrary<number> =>
	fc.integer({ min: least, max: most }).map((exponent) => 2 ** exponent);

/** Machines of any kind: with vectors or none, tiles of any size, caches small and large, products in either precision. */
const targets: fc.Arbitrary<Target> = fc
	.record({
		vectorBytes: powers(2, 6),
		elementsAtOnce: powers(0, 4),
		rows: fc.record({
			f32: fc.integer({ min: 1, max: 9 }),
			others: fc.integer({ min: 1, max: 9 }),
		}),
		fills: fc.integer({ min: 1, max: 4 }),
		panelFill: fc.integer({ min: 1, max: 4 }),
		ofSingle: fc.constantFrom<DType>('f32', 'f64'),
		nearCacheBytes: powers(4, 16),
		middleCacheBytes: powers(6, 20),
		farCacheBytes: powers(6, 24),
		leftPacking: fc.record({
			bytes: powers(2, 9),
			columns: fc.integer({ min: 1, max: 16 }),
			aliasing: fc.record({ bytes: powers(3, 10), columns: fc.integer({ min: 1, max: 16 }) }),
		}),
		innerBlock: powers(0, 10),
		pages: fc.record({ bytes: powers(4, 12), remembered: fc.integer({ min: 1, max: 64 }) }),
		cacheLineBytes: powers(3, 7),
		inlined: fc.constantFrom(new Set<ElementOperation>(), wasmTarget.inlined),
		fusesProducts: fc.boolean(),
		sharing: fc.record({
			multiplyAdds: powers(0, 18),
			elements: powers(0, 16),
			rows: fc.integer({ min: 1, max: 64 }),
			images: fc.integer({ min: 1, max: 64 }),
			rowElements: fc.integer({ min: 2, max: 64 }),
		}),
	})
	.map(({ fills, ofSingle, rows, ...rest }): Target => {
		const columns = fills * rest.panelFill;
		return {
			...rest,
			tileRows: {
				f32: rows.f32,
				f64: rows.others,
				i32: rows.others,
				u8: rows.others,
				bool: rows.others,
			},
			tileColumns: { f32: columns, f64: columns, i32: columns, u8: columns, bool: columns },
			accumulators: { f32: 'f64', f64: 'f64', i32: 'i32', u8: 'u8', bool: 'bool' },
			productAccumulators: { f32: ofSingle, f64: 'f64', i32: 'i32', u8: 'u8', bool: 'bool' },
		};
	});

test.each([
	['hostile programs', hostilePrograms(), 60],
	['models', models(), 15],
	['uses of Variables', histories(), 40],
] as const)('a plan for any target means what its graph does: %s', (_, programs, few) => {
	fc.assert(
		fc.property(programs, targets, fc.nat(), (program, target, seed) => {
			expect(difference(program, outcomeOf(program, planEngine(target, seed)))).toBeNull();
		}),
		runs(few),
	);
});

test.each([
	['hostile programs', hostilePrograms(), 30],
	['models', models(), 10],
] as const)('a plan for WebAssembly means what its graph does: %s', (_, programs, few) => {
	fc.assert(
		fc.property(programs, fc.nat(), (program, seed) => {
			expect(difference(program, outcomeOf(program, planEngine(wasmTarget, seed)))).toBeNull();
		}),
		runs(few),
	);
});

test('products of operands with themselves, transposed or not, share what is packed where it is the same', () => {
	const length = fc.integer({ min: 1, max: 12 });
	fc.assert(
		fc.property(length, length, length, targets, fc.nat(), (m, k, n, target, seed) => {
			const of = (rows: number, columns: number): Node =>
				tensor(
					Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7) % 11) - 5),
					{ shape: [rows, columns] },
				);
			const products = (a: Node, b: Node): Node[] => {
				const [x, y] = [a.transpose(), b.transpose()];
				return [matmul(x, a), matmul(a, x), matmul(a, b), matmul(y, x), matmul(matmul(a, b), y)];
			};
			const [a, b] = [of(m, k), of(k, n)];
			const made = compiler(planEngine(target, seed))(products)(a, b);
			const meant = compiler(interpreter)(products)(a, b);
			// Whole numbers, and so small that no order of sums rounds.
			expect(made.map((each) => each.data())).toEqual(meant.map((each) => each.data()));
		}),
		runs(200),
	);
});
