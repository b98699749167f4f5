import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agree } from '../src/index.ts';

const loose = { absolute: 1, relative: 0.5 };

test('NaN agrees with NaN alone, and infinity with itself alone, however loose the tolerance', () => {
	const odd = [Number.NaN, Infinity, -Infinity, 0, 1e308];
	for (const a of odd)
		for (const b of odd)
			if (!Number.isFinite(a) || !Number.isFinite(b))
				expect(agree(a, b, loose)).toBe(Object.is(a, b));
});

test('numbers agree within the tolerance and not beyond it, in either order', () => {
	fc.assert(
		fc.property(
			fc.double({ min: -10, max: 10, noNaN: true }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(a, share) => {
				const tolerance = { absolute: 0.1, relative: 0 };
				expect(agree(a, a + 0.099 * share, tolerance)).toBe(true);
				expect(agree(a + 0.101 + share, a, tolerance)).toBe(false);
			},
		),
	);
});
