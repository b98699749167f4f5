import fc from 'fast-check';
import { expect, test } from 'vitest';
import { axisOf, shareOf } from '../../src/charts/ticks.ts';

const finite = fc.oneof(
	fc.double({ min: -1e300, max: 1e300, noNaN: true }),
	fc.constantFrom(0, -0, 1, -1, 5e-324, 1e300, -1e300, 1e-300, 0.1),
);

test('an axis covers its extent, with ticks in order within it, whatever the extent', () => {
	fc.assert(
		fc.property(
			finite,
			finite,
			fc.integer({ min: 2, max: 12 }),
			fc.boolean(),
			fc.boolean(),
			(a, b, count, isTight, isWhole) => {
				const [low, high] = [Math.min(a, b), Math.max(a, b)];
				const axis = axisOf([low, high], { count, isTight, isWhole });
				const [first, last] = axis.domain;
				// To what numbers of that size can say.
				const slack = Math.max(Math.abs(low), Math.abs(high)) * 1e-8;
				expect(first).toBeLessThanOrEqual(low + slack);
				expect(last).toBeGreaterThanOrEqual(high - slack);
				expect(Number.isFinite(first) && Number.isFinite(last)).toBe(true);
				expect(first).toBeLessThan(last);
				expect([...axis.ticks].sort((p, q) => p - q)).toEqual(axis.ticks);
				expect(axis.ticks.length).toBeLessThanOrEqual(2 * count + 3);
				for (const tick of axis.ticks) {
					expect(shareOf(axis, tick)).toBeGreaterThanOrEqual(0);
					expect(shareOf(axis, tick)).toBeLessThanOrEqual(1);
					expect(axis.format(tick)).not.toMatch(/NaN|Infinity/);
					if (isWhole) expect(Number.isInteger(tick)).toBe(true);
				}
				// No two ticks read alike.
				expect(new Set(axis.ticks.map(axis.format)).size).toBe(axis.ticks.length);
			},
		),
	);
});

test('a logarithmic axis covers its extent with numbers above 0', () => {
	const positive = fc.oneof(
		fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
		fc.constantFrom(1, 10, 0.1, 1e-7, 999),
	);
	fc.assert(
		fc.property(positive, positive, fc.integer({ min: 2, max: 8 }), (a, b, count) => {
			const [low, high] = [Math.min(a, b), Math.max(a, b)];
			const axis = axisOf([low, high], { scale: 'log', count });
			expect(axis.domain[0]).toBeLessThanOrEqual(low * (1 + 1e-8));
			expect(axis.domain[1]).toBeGreaterThanOrEqual(high * (1 - 1e-8));
			expect(axis.domain[0]).toBeGreaterThan(0);
			expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
			expect(axis.ticks.length).toBeLessThanOrEqual(count + 5);
		}),
	);
});

test('a tight axis has two ticks wherever there are two whole numbers', () => {
	for (let high = 1; high < 200; high++) {
		const { ticks } = axisOf([0, high], { count: 2, isTight: true, isWhole: true });
		expect(ticks.length).toBeGreaterThanOrEqual(2);
	}
});

test.each([
	[
		[0, 1],
		['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'],
	],
	[
		[0, 2000],
		['0', '500', '1000', '1500', '2000'],
	],
	[
		[0, 60_000],
		['0', '20,000', '40,000', '60,000'],
	],
	[
		[-3, 3],
		['−4', '−2', '0', '2', '4'],
	],
	[
		[0, 3e-7],
		['0', '1e−7', '2e−7', '3e−7'],
	],
] as const)('from %s ticks are round numbers', ([low, high], words) => {
	const axis = axisOf([low, high], { count: 5 });
	expect(axis.ticks.map(axis.format)).toEqual(words);
});
