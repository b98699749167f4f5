import { broadcastableShapes } from '@pullback/verify';
import fc from 'fast-check';
import { test } from 'vitest';
import { dtypes, type Node } from '../../src/index.ts';
import { awkwardShapes, castWithin, type Filling, filled, lengths, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';
import { binary, every, rowsOf, unary } from './operations.ts';

const fillings: fc.Arbitrary<Filling> = fc.constantFrom('ordinary', 'special');

/** Two shapes that broadcast, of up to four axes. */
const pairs = broadcastableShapes(2, { maxRank: 4, maxLength: 5 }).chain((shapes) =>
	// The last axis is the one that vectors lie along.
	lengths.map((last) =>
		shapes.map((shape) =>
			shape.map((length, i) => (i < shape.length - 1 || length === 1 ? length : last)),
		),
	),
);

forEveryEngine((tested) => {
	test.each(rowsOf(unary))(
		'%s of %s: every element is the interpreter’s',
		(_, dtype, [apply, , exactness]) => {
			return fc.assert(
				fc.asyncProperty(awkwardShapes(), seeds, fillings, (shape, seed, filling) => {
					return tested.computes(apply, [filled(shape, dtype, seed, filling)], exactness);
				}),
				tested.times(5),
			);
		},
	);

	test.each(rowsOf(binary))(
		'%s of %s: every element is the interpreter’s',
		(_, dtype, [apply, , exactness]) => {
			return fc.assert(
				fc.asyncProperty(pairs, seeds, fillings, ([left = [], right = []], seed, filling) => {
					const inputs = [
						filled(left, dtype, seed, filling),
						filled(right, dtype, seed + 1, filling),
					];
					return tested.computes(apply, inputs, exactness);
				}),
				tested.times(6),
			);
		},
	);

	test.each(every.flatMap((left) => every.map((right) => [left, right] as const)))(
		'%s and %s together: every element is the interpreter’s',
		(left, right) => {
			return fc.assert(
				fc.asyncProperty(lengths, seeds, (length, seed) => {
					const inputs = [
						filled([length], left, seed, 'special'),
						filled([length], right, seed + 1, 'special'),
					];
					const f = (x: Node, y: Node): Node[] => [
						x.add(y),
						x.mul(y),
						x.maximum(y),
						x.lessEqual(y),
					];
					return tested.computes(f, inputs, { exact: true });
				}),
				tested.times(3),
			);
		},
	);

	test('chains of casts are the interpreter’s, to the bit', () => {
		return fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom(...dtypes), { minLength: 2, maxLength: 6 }),
				fc.integer({ min: 1, max: 20 }),
				seeds,
				([first = 'f64', ...rest], length, seed) => {
					const f = (x: Node): Node[] => {
						const all = [x];
						for (const dtype of rest) all.push(castWithin(all.at(-1) ?? x, dtype));
						return all;
					};
					const x = filled([length], first, seed, 'special');
					return tested.computes(f, [x], { exact: true });
				},
			),
			tested.times(20),
		);
	});
});
