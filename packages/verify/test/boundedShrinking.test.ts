import { custom, type Node } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedShrinking } from '../src/boundedShrinking.ts';
import { gradientProperty, tensors } from '../src/index.ts';

const lists = fc.array(fc.nat(), { minLength: 2, maxLength: 20 });
const lengthOf = (list: readonly number[]): number => list.length;
const fails = (list: readonly number[]): boolean => list.reduce((sum, x) => sum + x, 0) < 100;

test('what is tried for something smaller costs no more than the budget', () => {
	fc.assert(
		fc.property(fc.nat(), fc.nat(300), (seed, budget) => {
			const tried: number[] = [];
			const property = fc.property(boundedShrinking(lists, lengthOf, budget), (list) => {
				tried.push(lengthOf(list));
				return false;
			});
			fc.check(property, { seed, numRuns: 1 });
			expect(tried.slice(1).reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(budget);
		}),
	);
});

test('the same values are drawn, and with enough to spend the smallest is the same', () => {
	fc.assert(
		fc.property(fc.nat(), (seed) => {
			const bounded = fc.property(boundedShrinking(lists, lengthOf, Infinity), fails);
			const { counterexample, numRuns } = fc.check(fc.property(lists, fails), { seed });
			expect(fc.check(bounded, { seed })).toMatchObject({ counterexample, numRuns });
		}),
	);
});

test('the path of a failure leads to it again', () => {
	fc.assert(
		fc.property(fc.nat(), fc.nat(300), (seed, budget) => {
			const property = fc.property(boundedShrinking(lists, lengthOf, budget), fails);
			const { failed, counterexample, counterexamplePath } = fc.check(property, { seed });
			fc.pre(failed);
			const path = counterexamplePath ?? '';
			expect(fc.check(property, { seed, path, endOnFailure: true })).toMatchObject({
				failed: true,
				counterexample,
			});
		}),
	);
});

test('a wrong element of ten thousand is reported without a try for each of them', () => {
	const f = custom<readonly [Node]>({
		forward: (x) => x.sin(),
		vjp: (cotangent) => [cotangent],
	});
	const { failed, numShrinks } = fc.check(gradientProperty(f, fc.tuple(tensors([10_000]))), {
		seed: 1,
	});
	expect({ failed, numShrinks }).toEqual({ failed: true, numShrinks: 0 });
});
