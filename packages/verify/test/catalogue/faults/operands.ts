import type { Node, Shape } from '@pullback/core';
import fc from 'fast-check';
import { type Domain, positive, shapes, tensors, vectors } from '../../../src/index.ts';

/** One operand or two for what works on each element by itself. */
export const vector = vectors(1);
export const pair = vectors(2);
export const positiveVector = vectors(1, positive);

/** One tensor of any shape. */
export const anyTensor = shapes().chain((shape) => fc.tuple(tensors(shape)));

export const anyMatrix = shapes({ minRank: 2, maxRank: 2 }).chain((shape) =>
	fc.tuple(tensors(shape)),
);

/** A batch of at least one example. */
export const batch = shapes({ minRank: 1, minLength: 1 }).chain((shape) =>
	fc.tuple(tensors(shape)),
);

/** A tensor of each shape that is made of one length. */
export function sized(
	shapesOf: (length: number) => readonly Shape[],
	domain?: Domain,
): fc.Arbitrary<readonly Node[]> {
	return fc
		.integer({ min: 0, max: 3 })
		.chain((length) => fc.tuple(...shapesOf(length).map((shape) => tensors(shape, domain))));
}

/** A tensor of each shape that is made of the lengths of a random matrix. */
export function ofMatrix(
	shapesOf: (rows: number, columns: number) => readonly Shape[],
	domain?: Domain,
): fc.Arbitrary<readonly Node[]> {
	return shapes({ minRank: 2, maxRank: 2 }).chain(([rows = 0, columns = 0]) =>
		fc.tuple(...shapesOf(rows, columns).map((shape) => tensors(shape, domain))),
	);
}

export const squareMatrix = sized((n) => [[n, n]]);
export const squareMatrices = sized((n) => [
	[n, n],
	[n, n],
]);
/** Two matrices to multiply. */
export const factors = fc
	.tuple(fc.nat(3), fc.nat(3), fc.nat(3))
	.chain(([n, k, m]) => fc.tuple(tensors([n, k]), tensors([k, m])));
