import fc from 'fast-check';
import { test } from 'vitest';
import { type Node, tensor } from '../src/index.ts';
import { expectSame, filled, newWasmEngine, seeds, sizeOf } from './compiled.ts';
import { guarded } from './guarded.ts';
import { runs } from './runs.ts';

const engine = guarded(newWasmEngine());

/** Shapes of more elements than one thread should reduce, seldom of whole vectors. */
const largeShapes = fc
	.array(fc.constantFrom(1, 3, 7, 64, 100, 257), { minLength: 2, maxLength: 5 })
	.filter((shape) => sizeOf(shape) >= 65_536 && sizeOf(shape) <= 1_000_000);

const reductions: Readonly<Record<string, (x: Node, axes: number[]) => Node>> = {
	sum: (x, axes) => x.sum(axes),
	'a sum of squares': (x, axes) => x.square().sum(axes, { keepDims: true }),
	max: (x, axes) => x.amax(axes),
	min: (x, axes) => x.amin(axes, { keepDims: true }),
};

test.each(
	Object.entries(reductions).flatMap(([name, f]) =>
		(['f32', 'f64', 'i32'] as const).map((dtype) => [name, dtype, f] as const),
	),
)('large reductions over any axes are the interpreter’s: %s of %s', (name, dtype, f) => {
	const cases = largeShapes.chain((shape) =>
		fc.record({
			shape: fc.constant(shape),
			axes: fc.subarray([...shape.keys()], { minLength: 1 }),
			seed: seeds,
			filling: fc.constantFrom('ordinary' as const, 'special' as const),
		}),
	);
	fc.assert(
		fc.property(cases, ({ shape, axes, seed, filling }) => {
			// Sums of what overflows differ by the order.
			const x = filled(shape, dtype, seed, name.includes('sum') ? 'ordinary' : filling);
			expectSame(engine, (y) => f(y as Node, axes), [x], { terms: sizeOf(shape), size: 10 });
		}),
		runs(5),
	);
});

/** Numbers of which many tie: zeros of both signs, infinities, and now and then NaN. */
const tie = fc.oneof(
	{ weight: 20, arbitrary: fc.constantFrom(0, -0) },
	{ weight: 2, arbitrary: fc.constantFrom(-1, 1, Infinity, -Infinity, 1e-40, -1e-40) },
	{ weight: 1, arbitrary: fc.constant(Number.NaN) },
);

/** Matrices of such numbers, or of few of them: rows that are all the least or the greatest there is, too. */
const tiedMatrices = fc
	.record({
		rows: fc.integer({ min: 1, max: 9 }),
		columns: fc.integer({ min: 1, max: 21 }),
		element: fc.oneof(
			fc.constant(tie),
			fc.constantFrom(
				fc.constantFrom(-Infinity, Number.NaN),
				fc.constant(-Infinity),
				fc.constant(Infinity),
			),
		),
	})
	.chain(({ rows, columns, element }) =>
		fc
			.array(element, { minLength: rows * columns, maxLength: rows * columns })
			.map((elements) => tensor(Float32Array.from(elements), { shape: [rows, columns] })),
	);

test.each([
	['max', (x: Node, axis: number) => x.amax(axis)],
	['min', (x: Node, axis: number) => x.amin(axis)],
] as const)('of zeros the %s has the sign that the interpreter gives it, and NaN wins', (_, f) => {
	fc.assert(
		fc.property(tiedMatrices, fc.constantFrom(0, 1), (x, axis) =>
			expectSame(engine, (y) => f(y as Node, axis), [x], { exact: true }),
		),
	);
});

test.each([
	['max', (x: Node, axis: number) => x.argmax(axis)],
	['min', (x: Node, axis: number) => x.argmin(axis)],
] as const)('the position of the %s is the first where several tie, or the first NaN', (_, f) => {
	const types = fc.constantFrom('f32' as const, 'f64' as const, 'bool' as const);
	fc.assert(
		fc.property(tiedMatrices, fc.constantFrom(0, 1), types, (x, axis, dtype) =>
			expectSame(engine, (y) => f((y as Node).cast(dtype), axis), [x], { exact: true }),
		),
	);
});
