import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tensors } from '../src/index.ts';

test('what fails beyond some number is shown at a plain one, not right beside it', () => {
	fc.assert(
		fc.property(fc.double({ min: -1.9, max: 1.9, noNaN: true }), fc.nat(), (limit, seed) => {
			const above = fc.property(tensors([1], [[-4, 4]]), (x) => x.item() <= limit);
			const { counterexample } = fc.check(above, { seed, numRuns: 1000 });
			const shown = counterexample?.[0]?.item() ?? Number.NaN;
			expect(shown).toBeGreaterThan(limit);
			expect([0, 1, -1, 0.5, 2, -0.5]).toContain(shown);
		}),
	);
});

test('a number that fails in a narrow range alone is shown in it, and never outside of the domain', () => {
	fc.assert(
		fc.property(fc.double({ min: 2.5, max: 3.9, noNaN: true }), fc.nat(), (low, seed) => {
			const domain = [[2.5, 4]] as const;
			const inside = fc.property(tensors([1], domain), (x) => {
				expect(x.item()).toBeGreaterThanOrEqual(2.5);
				return !(x.item() >= low && x.item() <= low + 0.1);
			});
			const { counterexample } = fc.check(inside, { seed, numRuns: 2000 });
			const shown = counterexample?.[0]?.item() ?? Number.NaN;
			expect(shown).toBeGreaterThanOrEqual(low);
			expect(shown).toBeLessThanOrEqual(low + 0.1);
		}),
	);
});
