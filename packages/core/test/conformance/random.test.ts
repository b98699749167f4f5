import fc from 'fast-check';
import { test } from 'vitest';
import {
	bernoulli,
	type Node,
	normal,
	permutation,
	randomBits,
	randomIntegers,
	splitKey,
	tensor,
	uniform,
} from '../../src/index.ts';
import { awkwardShapes, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';

forEveryEngine((tested) => {
	test('random numbers are the interpreter’s, to the bit, and normal ones to the last digits', () =>
		fc.assert(
			fc.asyncProperty(seeds, seeds, awkwardShapes(0, 3, 500), async (a, b, shape) => {
				const f = (key: Node): Node[] => [
					randomBits(key, shape),
					splitKey(key, 3),
					uniform(key, shape),
					randomIntegers(key, shape, { low: -3, high: 11 }),
					bernoulli(key, shape, { p: 0.3 }),
					permutation(key, 13),
				];
				const key = tensor(Int32Array.of(a, b));
				await tested.computes(f, [key], { exact: true });
				await tested.computes((key: Node) => normal(key, shape), [key]);
			}),
			tested.times(20),
		));
});
