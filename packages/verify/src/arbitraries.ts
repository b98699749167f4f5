import { type Node, type Shape, tensor } from '@pullback/core';
import fc from 'fast-check';
import { type Domain, real } from './domain.ts';

/** How large random shapes get. */
export interface ShapeConstraints {
	readonly minRank?: number;
	/** 3 if left out. */
	readonly maxRank?: number;
	/** 0 if left out: empty tensors are tensors. */
	readonly minLength?: number;
	/** 3 if left out. */
	readonly maxLength?: number;
}

/** Shapes, scalars and empty ones among them. */
export function shapes({
	minRank = 0,
	maxRank = 3,
	minLength = 0,
	maxLength = 3,
}: ShapeConstraints = {}): fc.Arbitrary<number[]> {
	return fc.array(fc.integer({ min: minLength, max: maxLength }), {
		minLength: minRank,
		maxLength: maxRank,
	});
}

/** Several shapes that broadcast together: each is the common one less some leading axes, with some lengths 1. */
export function broadcastableShapes(
	count: number,
	constraints: ShapeConstraints = {},
): fc.Arbitrary<number[][]> {
	return shapes(constraints).chain((common) => {
		const one = fc
			.tuple(
				fc.nat(common.length),
				fc.array(fc.boolean(), { minLength: common.length, maxLength: common.length }),
			)
			.map(([drop, stretched]) =>
				common.map((length, axis) => (stretched[axis] ? 1 : length)).slice(drop),
			);
		return fc.array(one, { minLength: count, maxLength: count });
	});
}

/** f64 tensors of a shape with elements in a domain. */
export function tensors(shape: Shape, domain: Domain = real): fc.Arbitrary<Node> {
	const element = fc.oneof(
		...domain.map(([min, max]) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true })),
	);
	return tensorsOf(shape, element);
}

/** f64 tensors of a shape with elements of any kind. */
export function tensorsOf(shape: Shape, element: fc.Arbitrary<number>): fc.Arbitrary<Node> {
	const size = sizeOf(shape);
	return fc
		.array(element, { minLength: size, maxLength: size })
		.map((elements) => tensor(Float64Array.from(elements), { shape }));
}

/** f64 tensors of a shape whose elements all differ by at least a tenth, for what depends on their order. */
export function distinctTensors(shape: Shape): fc.Arbitrary<Node> {
	const size = sizeOf(shape);
	const grid = Array.from({ length: 2 * size }, (_, i) => (i - size + 0.5) / 10);
	return fc
		.shuffledSubarray(grid, { minLength: size, maxLength: size })
		.map((elements) => tensor(Float64Array.from(elements), { shape }));
}

/** i32 tensors of a shape with elements from `min` to `max`, both included: labels and indices. */
export function integerTensors(shape: Shape, min: number, max: number): fc.Arbitrary<Node> {
	const size = sizeOf(shape);
	return fc
		.array(fc.integer({ min, max }), { minLength: size, maxLength: size })
		.map((elements) => tensor(Int32Array.from(elements), { shape }));
}

/** Cotangents for an output of a shape: f64 numbers of either sign. */
export function cotangents(shape: Shape): fc.Arbitrary<Node> {
	return tensors(shape, [[-2, 2]]);
}

function sizeOf(shape: Shape): number {
	return shape.reduce((size, length) => size * length, 1);
}
