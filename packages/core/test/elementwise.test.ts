import fc from 'fast-check';
import { expect, test } from 'vitest';
import { erf, gelu, logSigmoid, pow, sigmoid, silu, softplus, tensor } from '../src/index.ts';

const f64 = (x: number) => tensor(x, { dtype: 'f64' });

// Values of Abramowitz & Stegun, table 7.1, and of arbitrary-precision arithmetic beyond ten digits.
test.each([
	[0.5, 0.5204998778130465],
	[1, 0.8427007929497149],
	[2, 0.9953222650189527],
	[3, 0.9999779095030014],
	[-1, -0.8427007929497149],
	[1e-20, 1.128379167095513e-20],
])('erf(%s) = %s', (x, expected) => {
	expect(Math.abs(erf(f64(x)).item() / expected - 1)).toBeLessThan(4 * 2 ** -52);
});

test('erf is odd, rises, and joins its two formulas without a step', () => {
	fc.assert(
		fc.property(
			fc.double({ min: 0, max: 7, noNaN: true }),
			fc.double({ min: 0, max: 7, noNaN: true }),
			(a, b) => {
				const [low, high] = [Math.min(a, b), Math.max(a, b)];
				expect(erf(f64(-a)).item()).toBe(-erf(f64(a)).item());
				expect(erf(f64(low)).item()).toBeLessThanOrEqual(erf(f64(high)).item() + 2 ** -52);
			},
		),
	);
	const [below, above] = [erf(f64(2.5 - 1e-9)).item(), erf(f64(2.5 + 1e-9)).item()];
	const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-6.25);
	expect(Math.abs(above - below - 2e-9 * slope)).toBeLessThan(4 * 2 ** -53);
});

test('activations are their formulas where those do not overflow', () => {
	fc.assert(
		fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
			// The plain formulas themselves lose up to |x| units of the last place.
			const near = (actual: number, expected: number) =>
				expect(Math.abs(actual - expected)).toBeLessThan(1e-13 * (1 + Math.abs(expected)));
			near(sigmoid(f64(x)).item(), 1 / (1 + Math.exp(-x)));
			near(logSigmoid(f64(x)).item(), -Math.log1p(Math.exp(-x)));
			near(softplus(f64(x)).item(), Math.log1p(Math.exp(x)));
			near(silu(f64(x)).item(), x / (1 + Math.exp(-x)));
			near(gelu(f64(x)).item(), 0.5 * x * (1 + erf(f64(x / Math.SQRT2)).item()));
		}),
	);
});

test('whole numbers to whole powers wrap as repeated multiplication does', () => {
	fc.assert(
		fc.property(fc.integer({ min: -50, max: 50 }), fc.nat(20), (x, n) => {
			let product = 1;
			for (let i = 0; i < n; i++) product = Math.imul(product, x);
			expect(pow(tensor(x, { dtype: 'i32' }), n).item()).toBe(product);
		}),
	);
	expect(() => pow(tensor(2, { dtype: 'i32' }), -1).item()).toThrow('pow: 2 to the power -1');
});
