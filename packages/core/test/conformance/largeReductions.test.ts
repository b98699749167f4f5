import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Node, ready, tensor } from '../../src/index.ts';
import { filled, generator, seeds, sizeOf } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

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

forEveryEngine(
	(tested) => {
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
			return fc.assert(
				fc.asyncProperty(cases, ({ shape, axes, seed, filling }) => {
					// Sums of what overflows differ by the order.
					const x = filled(shape, dtype, seed, name.includes('sum') ? 'ordinary' : filling);
					return tested.computes((y: Node) => f(y, axes), [x]);
				}),
				tested.times(5),
			);
		});

		test('long sums in f32 keep their accuracy', async () => {
			const computed = async (f: (x: Node) => Node, x: Node): Promise<number> => {
				const y = tested.compile(f)(x);
				await ready(y);
				return y.item();
			};
			const sumOf = (x: Node): Promise<number> => computed((x) => x.sum(), x);
			const tenths = tensor(new Float32Array(10_000_000).fill(0.1));
			expect(Math.abs((await sumOf(tenths)) - 1e6)).toBeLessThan(1);
			const count = 2 ** 24 + 1000;
			expect(await sumOf(tensor(new Float32Array(count).fill(1)))).toBe(count);
			const draw = generator(1);
			const far = tensor(
				Float32Array.from({ length: 1_000_000 }, () => 1e4 + Math.sqrt(12) * draw()),
			);
			const variance = await computed((x) => x.variance(), far);
			const exact = far.cast('f64').variance().item();
			expect(Math.abs(variance / exact - 1)).toBeLessThan(1e-3);
		});
	},
	{ large: true },
);
