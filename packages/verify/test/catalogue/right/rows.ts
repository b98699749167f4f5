import { type Node, tensor } from '@pullback/core';
import fc from 'fast-check';
import type { TensorFunction } from '../../../src/index.ts';
import type { Entry } from '../entry.ts';

/** A right function in a line: what PyTorch calls it, and what differences can decide if that is not both orders. */
export type Row = readonly [
	name: string,
	f: TensorFunction,
	operands: fc.Arbitrary<readonly Node[]>,
	torch?: string | null,
	decidable?: readonly [first: boolean, second: boolean],
];

/** Entries of one kind. */
export function entriesOf(kind: string, rows: readonly Row[]): readonly Entry[] {
	return rows.map(([name, f, operands, torch, decidable = [true, true]]) => ({
		name,
		kind,
		f,
		operands,
		decidable,
		...(torch && { torch }),
	}));
}

/** Numbers within a tenth of themselves of one of some, so that no run sees what another has seen. */
export function near(...centres: readonly number[]): fc.Arbitrary<number> {
	return beside(0, ...centres);
}

/** The same of distances from a point, as exactly as the sum holds them. */
export function beside(point: number, ...distances: readonly number[]): fc.Arbitrary<number> {
	return fc
		.tuple(fc.constantFrom(...distances), fc.integer({ min: -100, max: 100 }))
		.map(([distance, share]) => point + distance * (1 + share / 1000));
}

/** Numbers spread evenly over an interval. */
export function within(low: number, high: number): fc.Arbitrary<number> {
	return fc
		.integer({ min: 0, max: 2 ** 20 })
		.map((share) => low + (high - low) * (share / 2 ** 20));
}

/** f64 tensors of a shape with such elements. */
export function filled(
	shape: readonly number[],
	element: fc.Arbitrary<number>,
): fc.Arbitrary<Node> {
	const size = shape.reduce((product, length) => product * length, 1);
	return fc
		.array(element, { minLength: size, maxLength: size })
		.map((elements) => tensor(Float64Array.from(elements), { shape }));
}

/** An operand of each shape, with elements of size up to 2. */
export function shaped(...shapes: readonly (readonly number[])[]): fc.Arbitrary<readonly Node[]> {
	return fc.tuple(...shapes.map((shape) => filled(shape, within(-2, 2))));
}

/** One operand, a vector of one element: most functions work on each element by itself. */
export function one(element: fc.Arbitrary<number>): fc.Arbitrary<readonly Node[]> {
	return each(element);
}

/** As many operands as there are kinds of elements, vectors of one. */
export function each(...elements: readonly fc.Arbitrary<number>[]): fc.Arbitrary<readonly Node[]> {
	return fc.tuple(...elements.map((element) => filled([1], element)));
}

/** Scalars, one operand for each. */
export function scalars(
	...elements: readonly fc.Arbitrary<number>[]
): fc.Arbitrary<readonly Node[]> {
	return fc.tuple(...elements.map((element) => filled([], element)));
}

/** One operand: a vector, with an element of each kind. */
export function vector(
	...elements: readonly fc.Arbitrary<number>[]
): fc.Arbitrary<readonly Node[]> {
	return fc.tuple(...elements).map((drawn) => [tensor(Float64Array.from(drawn))]);
}

/** Exactly these numbers, in a vector. */
export function exactly(...elements: readonly number[]): fc.Arbitrary<readonly Node[]> {
	return fc.constant([tensor(Float64Array.from(elements))]);
}
