import fc from 'fast-check';
import { test } from 'vitest';
import type { Node } from '../../src/index.ts';
import { awkwardShapes, type Filling, filled, seeds } from '../compiled.ts';
import { forEveryEngine } from './engines.ts';
import { rowsOf, whole } from './operations.ts';

forEveryEngine((tested) => {
	test.each(rowsOf(whole))(
		'%s of %s: shape and elements are the interpreter’s',
		(_, dtype, [apply, , exactness, minRank]) => {
			return fc.assert(
				fc.asyncProperty(
					awkwardShapes(minRank),
					fc.nat(1000),
					seeds,
					fc.constantFrom<Filling>('ordinary', 'special', 'ties'),
					(shape, choice, seed, filling) => {
						const x = filled(shape, dtype, seed, filling);
						// Of nothing there is no largest element.
						const agreement = { ...exactness, refusals: shape.includes(0) };
						return tested.computes((each: Node) => apply(each, choice), [x], agreement);
					},
				),
				tested.times(8),
			);
		},
	);
});
