import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	bernoulli,
	normal,
	permutation,
	randomBits,
	randomIntegers,
	randomKey,
	splitKey,
	uniform,
} from '../src/index.ts';
import { threefry } from '../src/reference/random.ts';

test.each([
	[0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
	[-1, -1, -1, -1, 0x1cb996fc, 0xbb002be7],
	[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
])(
	'Threefry 2x32-20 gives the vectors published with Random123 (counter %i %i)',
	(c0, c1, k0, k1, r0, r1) => {
		const counter = Int32Array.of(c0, c1);
		threefry(counter, k0 | 0, k1 | 0);
		expect(Array.from(counter, (word) => word >>> 0)).toEqual([r0, r1]);
	},
);

const seeds = fc.maxSafeInteger();

test('the same key gives the same numbers, another key others', () => {
	fc.assert(
		fc.property(seeds, seeds, (a, b) => {
			fc.pre(a !== b);
			const bits = (seed: number) => randomBits(randomKey(seed), [16]).toArray();
			expect(bits(a)).toEqual(bits(a));
			expect(bits(a)).not.toEqual(bits(b));
		}),
	);
});

test('split keys differ from each other, and their numbers from those of their parent', () => {
	fc.assert(
		fc.property(seeds, (seed) => {
			const key = randomKey(seed);
			const keys = splitKey(key, 8);
			const streams = [key, ...Array.from({ length: 8 }, (_, i) => keys.slice(i))];
			const numbers = streams.flatMap((each) => [...randomBits(each, [8]).data()]);
			// Of 72 words of 32 bits, two agree once in a million draws; more than two never.
			expect(new Set(numbers).size).toBeGreaterThan(69);
		}),
	);
});

test('longer draws begin with the shorter ones', () => {
	const key = randomKey(1);
	expect(randomBits(key, [100]).data().slice(0, 7)).toEqual(randomBits(key, [7]).data());
});

const count = 20_000;
/** Five standard deviations of a mean of `count` numbers: missed once in 3.5 million. */
const fiveSigma = (std: number) => (5 * std) / Math.sqrt(count);

test.each(['f32', 'f64'] as const)('uniform numbers fill [low, high) evenly, %s', (dtype) => {
	const x = uniform(randomKey(2), [count], { low: -1, high: 3, dtype });
	expect(x.dtype).toBe(dtype);
	expect(x.amin().item()).toBeGreaterThanOrEqual(-1);
	expect(x.amax().item()).toBeLessThan(3);
	expect(Math.abs(x.mean().item() - 1)).toBeLessThan(fiveSigma(4 / Math.sqrt(12)));
	expect(Math.abs(x.variance().item() / (16 / 12) - 1)).toBeLessThan(fiveSigma(0.9));
});

test.each(['f32', 'f64'] as const)('normal numbers have the given moments, %s', (dtype) => {
	const x = normal(randomKey(3), [count], { mean: 2, std: 3, dtype });
	const z = x.sub(2).div(3);
	expect(Math.abs(z.mean().item())).toBeLessThan(fiveSigma(1));
	expect(Math.abs(z.square().mean().item() - 1)).toBeLessThan(fiveSigma(Math.SQRT2));
	expect(Math.abs(z.pow(3).mean().item())).toBeLessThan(fiveSigma(Math.sqrt(15)));
	expect(Math.abs(z.pow(4).mean().item() - 3)).toBeLessThan(fiveSigma(Math.sqrt(96)));
});

test('bernoulli holds with its probability', () => {
	const rate = bernoulli(randomKey(4), [count], { p: 0.3 }).mean().item();
	expect(Math.abs(rate - 0.3)).toBeLessThan(fiveSigma(Math.sqrt(0.21)));
});

test('random integers are all of the range and nothing else', () => {
	const x = [...randomIntegers(randomKey(5), [1000], { low: -2, high: 3 }).data()];
	expect([...new Set(x)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
});

test('a permutation holds every index once, and shuffles', () => {
	fc.assert(
		fc.property(seeds, fc.nat(50), (seed, length) => {
			const order = [...permutation(randomKey(seed), length).data()];
			expect(order.toSorted((a, b) => a - b)).toEqual(order.map((_, i) => i));
		}),
	);
	const orders = Array.from({ length: 600 }, (_, seed) =>
		permutation(randomKey(seed), 3).data().join(),
	);
	const counts = new Map<string, number>();
	for (const order of orders) counts.set(order, (counts.get(order) ?? 0) + 1);
	expect(counts.size).toBe(6);
	// 100 expected of each of the six orders, standard deviation 9.
	for (const times of counts.values()) expect(Math.abs(times - 100)).toBeLessThan(46);
});

test('a key must be a key, and a range a range', () => {
	expect(() => randomKey(0.5)).toThrow(RangeError);
	expect(() => uniform([1, 2], [3])).toThrow('uniform: the key is f32, must be i32');
	expect(() => uniform(splitKey(randomKey(1)), [3])).toThrow('must be [2]');
	expect(() => randomIntegers(randomKey(1), [3], { high: 0 })).toThrow(RangeError);
});

/** Numbers of every size, those that are none, and those that one dtype has and not the other. */
const anyNumber = fc.oneof(
	fc.constantFrom(0, Number.NaN, Infinity, -Infinity, 1e39, -1e39, 1e308, -1e308, 3e38, -3e38),
	fc.double(),
	fc.integer({ min: -3, max: 3 }),
);

test('whatever bounds and moments are given, random numbers are numbers, or a RangeError says why not', () => {
	fc.assert(
		fc.property(anyNumber, anyNumber, fc.constantFrom('f32', 'f64'), (a, b, dtype) => {
			const key = randomKey(1);
			const results = [
				() => uniform(key, [20], { low: a, high: b, dtype }),
				() => normal(key, [20], { mean: a, std: b, dtype }),
				() => bernoulli(key, [20], { p: a }).cast(dtype),
			].map((f) => {
				try {
					return [...f().data()];
				} catch (error) {
					expect(error).toBeInstanceOf(RangeError);
					expect(String(error)).toMatch(
						/^RangeError: (uniform: from|normal: mean|normal: std|bernoulli: p)/,
					);
					return null;
				}
			});
			const [low, high] = dtype === 'f32' ? [Math.fround(a), Math.fround(b)] : [a, b];
			expect(results[0] === null).toBe(
				!(Number.isFinite(low) && Number.isFinite(high) && a <= b) ||
					!Number.isFinite(dtype === 'f32' ? Math.fround(b - a) : b - a),
			);
			for (const x of results[0] ?? []) expect(x).toSatisfy(Number.isFinite);
			expect(results[1] === null).toBe(!(Number.isFinite(low) && Number.isFinite(high) && b >= 0));
			for (const x of results[1] ?? []) expect(x).not.toBeNaN();
			expect(results[2] === null).toBe(!(a >= 0 && a <= 1));
		}),
	);
});
