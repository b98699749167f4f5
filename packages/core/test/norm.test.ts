import { gradientProperty, tensors, vectors } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, grad, hvp, jvp, type Node, norm, tensor } from '../src/index.ts';

const orders = fc.oneof(
	fc.constantFrom(1, 2, Infinity),
	fc.double({ min: 0.25, max: 4, noNaN: true }),
);
/** Vectors of which any elements, or all, are 0 of either sign. */
const sparse = fc
	.array(
		fc.oneof(
			fc.constantFrom(0, -0),
			fc.integer({ min: -64, max: 64 }).map((n) => n / 16),
		),
		{
			minLength: 1,
			maxLength: 5,
		},
	)
	.map((elements) => tensor(elements, { dtype: 'f64' }));

test('no derivative of a norm is NaN or infinite where elements are 0, and the first is 0 in them', () => {
	fc.assert(
		fc.property(sparse, orders, (x, order) => {
			const ones = x.mul(0).add(1);
			const outcome = (at: Node): Node[] => {
				const y = norm(at, { order });
				const [slope] = grad(y, [at]);
				return [y, slope, jvp(y, [at], [ones]), ...hvp(y, [at], [ones])];
			};
			for (const f of [outcome, compile(outcome)]) {
				const results = f(x).map((each) => [...each.data()]);
				for (const each of results.flat()) expect(each).toSatisfy(Number.isFinite);
				const [[value = 0] = [], slope = [], [along = 0] = []] = results;
				const elements = [...x.data()];
				let sum = 0;
				for (const [i, each] of elements.entries()) {
					if (each === 0) expect(Math.abs(slope[i] ?? 1)).toBe(0);
					else if (order < Infinity) {
						// d|x|_p / dx_i = sign(x_i) (|x_i| / |x|_p)^(p - 1)
						const exact = Math.sign(each) * (Math.abs(each) / value) ** (order - 1);
						expect(Math.abs((slope[i] ?? 0) - exact)).toBeLessThan(1e-11 * (1 + Math.abs(exact)));
					}
					sum += slope[i] ?? 0;
				}
				expect(Math.abs(along - sum)).toBeLessThan(1e-11 * (1 + Math.abs(sum)));
			}
		}),
	);
});

test.each([0.3, 0.5, 1.5, 2.5, 4])(
	'away from 0, both modes of the norm of order %f are the differences’, to second order',
	(order) => {
		const away = vectors(1, [
			[-4, -0.25],
			[0.25, 4],
		]);
		fc.assert(
			gradientProperty((x) => norm(x, { order }), away, { order: 2 }),
			{ numRuns: 20 },
		);
	},
);

test('the norm of scaled elements is scaled', () => {
	fc.assert(
		fc.property(tensors([3]), orders, fc.integer({ min: -3, max: 3 }), (x, order, power) => {
			const [a, b] = [norm(x, { order }).item(), norm(x.mul(2 ** power), { order }).item()];
			expect(Math.abs(b - a * 2 ** power)).toBeLessThanOrEqual(1e-12 * b);
		}),
	);
});
