import { type Node, normal, randomKey, splitKey } from '@pullback/core';
import { expect } from 'vitest';

/** Elements are apart by no more than is told, and shapes are equal. */
export function expectNear(actual: Node, expected: Node, within: number): void {
	expect(actual.shape).toEqual(expected.shape);
	const [a, b] = [actual.data(), expected.data()];
	for (let i = 0; i < a.length; i++)
		expect(Math.abs((a[i] ?? 0) - (b[i] ?? 0))).toBeLessThanOrEqual(within);
}

/** Normal numbers of a shape in f64, for the `which`-th purpose of a seed. */
export const drawn = (seed: number, which: number, shape: readonly number[]): Node =>
	normal(splitKey(randomKey(seed), 9).slice(which), shape, { dtype: 'f64' });
