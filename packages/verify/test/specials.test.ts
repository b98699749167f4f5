import { type DType, dtypes } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specialTensors } from '../src/index.ts';

const drawn = (dtype: DType): number[] =>
	fc
		.sample(specialTensors([4], dtype), { numRuns: 400, seed: 1 })
		.flatMap((x) => Array.from(x.view()));

const kinds = (least: number, normal: number): Record<string, (x: number) => boolean> => ({
	NaN: (x) => Number.isNaN(x),
	infinity: (x) => x === Infinity,
	'negative infinity': (x) => x === -Infinity,
	zero: (x) => Object.is(x, 0),
	'negative zero': (x) => Object.is(x, -0),
	'the least number': (x) => x === least,
	'a negative subnormal number': (x) => x < 0 && x > -normal,
	'the greatest subnormal number': (x) => x === normal - least,
	'the least normal number': (x) => x === normal,
	'an ordinary number': (x) => Math.abs(x) > 1e-3 && Math.abs(x) < 1e3 && !Number.isInteger(x),
});
const largest = { f32: 3.4028234663852886e38, f64: Number.MAX_VALUE };

test.each([
	['f32', kinds(2 ** -149, 2 ** -126)],
	['f64', kinds(2 ** -1074, 2 ** -1022)],
] as const)('special tensors of %s hold every kind of number', (dtype, expected) => {
	const all = drawn(dtype);
	for (const [kind, is] of Object.entries(expected)) expect(all.some(is), kind).toBe(true);
	for (const sign of [1, -1]) expect(all).toContain(sign * largest[dtype]);
});

test('special tensors of whole numbers and truth values hold both ends, and what is between', () => {
	expect(new Set(drawn('i32'))).toEqual(
		new Set([...drawn('i32'), 0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]),
	);
	expect(new Set(drawn('u8'))).toEqual(new Set([...drawn('u8'), 0, 1, 127, 128, 255]));
	expect(new Set(drawn('bool'))).toEqual(new Set([0, 1]));
	for (const dtype of ['i32', 'u8'] as const)
		expect(new Set(drawn(dtype)).size).toBeGreaterThan(100);
});

test.each(dtypes)(
	'special tensors have their shape and dtype, empty and scalar ones too: %s',
	(dtype) => {
		for (const shape of [[], [0, 2], [2, 3]])
			expect(fc.sample(specialTensors(shape, dtype), 1)[0]).toMatchObject({ shape, dtype });
	},
);

test.each(dtypes)('what matters is left of a special tensor, and zeros: %s', (dtype) => {
	const smallest = (fails: (x: number) => boolean): number[] => {
		const property = fc.property(specialTensors([3], dtype), (x) => !x.view().some(fails));
		const { counterexample } = fc.check(property, { seed: 1, numRuns: 1000 });
		return Array.from(counterexample?.[0].view() ?? []).sort();
	};
	expect(smallest(() => true)).toEqual([0, 0, 0]);
	expect(smallest((x) => x !== 0)).toEqual([0, 0, 1]);
	if (dtype === 'f32' || dtype === 'f64') {
		expect(smallest(Number.isNaN)).toEqual([0, 0, Number.NaN]);
		expect(smallest((x) => x === -Infinity)).toEqual([-Infinity, 0, 0]);
	}
});
