import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	arange,
	clip,
	compile,
	type Data,
	type DType,
	dtypes,
	full,
	linspace,
	type Node,
	randomIntegers,
	randomKey,
	tensor,
	uniform,
	variable,
} from '../src/index.ts';

const special = fc.oneof(
	fc.constantFrom(0, -0, 0.5, -0.5, 1, -1, 255, 256, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 1e300),
	fc.constantFrom(Number.NaN, Infinity, -Infinity, Number.MIN_VALUE),
	fc.double(),
	fc.integer(),
);

const ends = { i32: [-(2 ** 31), 2 ** 31 - 1], u8: [0, 255], bool: [0, 1] } as const;
const wholeDTypes = fc.constantFrom('i32', 'u8', 'bool');
const fits = (x: number, dtype: keyof typeof ends): boolean =>
	Number.isInteger(x) && x >= ends[dtype][0] && x <= ends[dtype][1];

/** The elements of what is made, or the words of the RangeError. */
function elements(make: () => { data(): Data }): number[] | string {
	try {
		return Array.from(make().data(), (x) => x + 0);
	} catch (error) {
		expect(error).toBeInstanceOf(RangeError);
		return (error as RangeError).message; // by the line above
	}
}

test('what an integer dtype cannot hold is refused by whatever makes tensors, and never held within range', () => {
	fc.assert(
		fc.property(special, wholeDTypes, (x, dtype) => {
			for (const [operation, make] of [
				['tensor', () => tensor(x, { dtype })],
				['tensor', () => tensor([[x]], { dtype })],
				['tensor', () => tensor(Float64Array.of(x), { dtype })],
				['variable', () => variable([x], { dtype })],
				['variable', () => variable(Float64Array.of(x), { dtype })],
				['full', () => full([1], x, { dtype })],
				['arange', () => arange(x, Math.max(x + 1, -Infinity), 2, { dtype })],
				['linspace', () => linspace(x, x, 1, { dtype })],
			] as const) {
				const expected = fits(x, dtype) ? [x + 0] : expect.stringMatching(`^${operation}: `);
				// Beyond 2^53 x + 1 is x, and nothing lies between.
				if (operation === 'arange' && x + 1 === x) continue;
				expect(elements(make)).toEqual(expected);
			}
		}),
	);
});

test('a range holds the numbers of its definition, or is refused', () => {
	const bounds = fc.oneof(special, fc.integer({ min: -300, max: 300 }));
	fc.assert(
		fc.property(bounds, bounds, wholeDTypes, (start, step, dtype) => {
			const numbers = Array.from({ length: 4 }, (_, i) => start + i * step);
			const valid = numbers.every((x) => fits(x, dtype)) && Number.isInteger(step) && step !== 0;
			const found = elements(() => arange(start, start + 4 * step, step, { dtype }));
			if (valid) expect(found).toEqual(numbers.map((x) => x + 0));
			else if (Number.isFinite(step) && Math.abs(step) >= 0.5 && start + step !== start)
				expect(found).toMatch(/^arange: /);
		}),
	);
});

/** Their difference may overflow. */
const far = fc.oneof(special, fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE));

test('evenly spaced numbers are finite, begin at the start and end at the stop, whatever these are', () => {
	fc.assert(
		fc.property(far, far, fc.integer({ min: 2, max: 60 }), (start, stop, count) => {
			const found = elements(() => linspace(start, stop, count, { dtype: 'f64' }));
			if (!Number.isFinite(start) || !Number.isFinite(stop)) {
				expect(found).toMatch(/^linspace: .* must be finite/);
				return;
			}
			expect(found).toHaveLength(count);
			expect([found[0], found.at(-1)]).toEqual([start + 0, stop + 0]);
			const [low, high] = [Math.min(start, stop), Math.max(start, stop)];
			const slack = (high / 2 - low / 2) * 1e-15 + count * Number.MIN_VALUE;
			for (const x of found as number[]) {
				expect(x).toSatisfy(Number.isFinite);
				expect(x).toBeGreaterThanOrEqual(low - slack);
				expect(x).toBeLessThanOrEqual(high + slack);
			}
		}),
	);
});

test('random integers lie within their bounds, which i32 holds', () => {
	const bound = fc.oneof(special, fc.integer({ min: -5, max: 5 }));
	fc.assert(
		fc.property(fc.nat(), bound, bound, (seed, low, high) => {
			const found = elements(() => randomIntegers(randomKey(seed), [20], { low, high }));
			const valid =
				fits(low, 'i32') && Number.isInteger(high) && fits(high - 1, 'i32') && low < high;
			if (!valid) expect(found).toMatch(/^randomIntegers: /);
			else
				for (const x of found as number[]) {
					expect(x).toBeGreaterThanOrEqual(low);
					expect(x).toBeLessThan(high);
				}
		}),
	);
});

test('uniform numbers are within bounds that are finite and in order', () => {
	fc.assert(
		fc.property(fc.nat(), special, special, (seed, low, high) => {
			const valid = low <= high && Number.isFinite(high - low);
			const draw = () => uniform(randomKey(seed), [5], { low, high, dtype: 'f64' });
			const found = elements(draw);
			if (!valid) expect(found).toMatch(/^uniform: /);
			else for (const x of found as number[]) expect(low <= x && x <= high).toBe(true);
		}),
	);
});

/** Nine numbers: any, or such as every dtype of numbers holds but for one. */
const nine = fc.oneof(
	fc.array(special, { minLength: 9, maxLength: 9 }),
	fc
		.tuple(fc.array(fc.double({ min: -0.9, max: 255.9 }), { minLength: 8, maxLength: 8 }), special)
		.map(([xs, x]) => [...xs, x]),
);

/** What a cast means, as its documentation has it; null if it is refused. */
function meant(x: number, from: DType, to: DType): number | null {
	if (to === 'bool') return x === 0 ? 0 : 1;
	if (to === 'f64') return x;
	if (to === 'f32') return Math.fround(x);
	if (from === 'f32' || from === 'f64') {
		return fits(Math.trunc(x), to) ? Math.trunc(x) + 0 : null;
	}
	return to === 'u8' ? x & 255 : x;
}

test('a cast means what it says it does, compiled and not, for every pair of dtypes and any values', () => {
	for (const from of dtypes)
		for (const to of dtypes) {
			const cast = compile((x: Node) => x.cast(to));
			fc.assert(
				fc.property(nine, (xs) => {
					const held = xs.map((x) =>
						from === 'f64' ? x : from === 'f32' ? Math.fround(x) : fits(x, from) ? x : 0,
					);
					const x = tensor(held, { dtype: from });
					const all = held.map((each) => meant(each, from, to));
					const expected = all.map((each) => (each ?? 0) + 0);
					const refused = all.indexOf(null);
					for (const f of [(x: Node) => x.cast(to), cast])
						if (refused < 0) expect(elements(() => f(x))).toEqual(expected);
						else
							expect(() => f(x).data()).toThrow(
								`cast: ${x.view()[refused]} at position ${refused} of [9] does not fit dtype ${to}`,
							);
				}),
				{ numRuns: 20 },
			);
		}
});

test('clip is min(max(x, low), high), NaN where any of the three is, compiled and not', () => {
	const compiled = compile((x: Node, low: Node, high: Node) => clip(x, low, high));
	fc.assert(
		fc.property(special, special, special, (x, low, high) => {
			const operands = [x, low, high].map((each) => tensor(each, { dtype: 'f64' }));
			const [a, b, c] = operands as [Node, Node, Node]; // three
			const expected = Math.min(Math.max(x, low), high);
			for (const found of [clip(a, b, c), compiled(a, b, c), clip(a, low, high)])
				expect(found.item() + 0).toBe(expected + 0);
		}),
	);
});
