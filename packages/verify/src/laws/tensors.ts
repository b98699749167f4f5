import { type DType, dtypes, type Node, type Shape } from '@pullback/core';
import fc from 'fast-check';
import { numbers, tensorsOf } from '../arbitraries.ts';
import { real } from '../domain.ts';
import { specialTensors } from '../specials.ts';

export const floats: fc.Arbitrary<'f32' | 'f64'> = fc.constantFrom('f32', 'f64');
export const anyDType: fc.Arbitrary<DType> = fc.constantFrom(...dtypes);

/** Lengths of axes: none and one among them, and those about the width of vectors. */
export const lengths: fc.Arbitrary<number> = fc.constantFrom(1, 2, 0, 3, 4, 5, 7, 8, 9, 17);

/** Shapes of so many axes, of few elements. */
export function smallShapes(minRank: number, maxRank: number): fc.Arbitrary<number[]> {
	return fc
		.array(lengths, { minLength: minRank, maxLength: maxRank })
		.filter((shape) => shape.reduce((size, length) => size * length, 1) <= 1500);
}

/** Tensors of ordinary numbers, many of which tie; whole ones of whole dtypes. */
export function ordinaryTensors(shape: Shape, dtype: DType): fc.Arbitrary<Node> {
	if (dtype === 'bool') return specialTensors(shape, dtype);
	const whole = fc.integer({ min: dtype === 'u8' ? 0 : -4, max: 5 });
	const element = dtype === 'f32' || dtype === 'f64' ? fc.oneof(numbers(real), whole) : whole;
	return tensorsOf(shape, element).map((x) => x.cast(dtype).detach());
}

/** Either ordinary numbers or those at which something changes. */
export function anyTensors(shape: Shape, dtype: DType): fc.Arbitrary<Node> {
	return fc.oneof(ordinaryTensors(shape, dtype), specialTensors(shape, dtype));
}
