import { type Data, type DType, type Node, type Shape, tensor } from '@pullback/core';
import { checkedDType } from '@pullback/core/arguments';
import fc from 'fast-check';

import { drawable } from './arbitraries.ts';

/** What an element of a dtype may be: the numbers at which something changes first, the simplest of them first of all. */
interface Elements {
	readonly special: readonly number[];
	readonly any: fc.Arbitrary<number>;
	hold(elements: readonly number[]): Data;
}

/** Numbers of either sign. */
const signed = (numbers: readonly number[]): number[] => numbers.flatMap((x) => [x, -x]);
const ordinary = [0, -0, 1, -1];
const beyond = [Infinity, -Infinity, Number.NaN];

const elementsOf: Readonly<Record<DType, Elements>> = {
	f32: {
		// The least and the greatest subnormal number, the least normal one, the largest.
		special: [
			...ordinary,
			...beyond,
			...signed([2 ** -149, 2 ** -126 - 2 ** -149, 2 ** -126, (2 - 2 ** -23) * 2 ** 127]),
		],
		any: fc.float(),
		hold: (elements) => Float32Array.from(elements),
	},
	f64: {
		special: [
			...ordinary,
			...beyond,
			...signed([2 ** -1074, 2 ** -1022 - 2 ** -1074, 2 ** -1022, Number.MAX_VALUE]),
		],
		any: fc.double(),
		hold: (elements) => Float64Array.from(elements),
	},
	i32: {
		special: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
		any: fc.integer(),
		hold: (elements) => Int32Array.from(elements),
	},
	u8: {
		special: [0, 1, 127, 128, 255],
		any: fc.integer({ min: 0, max: 255 }),
		hold: (elements) => Uint8Array.from(elements),
	},
	bool: {
		special: [0, 1],
		any: fc.integer({ min: 0, max: 1 }),
		hold: (elements) => Uint8Array.from(elements),
	},
};

/**
 * Tensors of a shape for laws of values: every second element is one at which something changes (0 and -0, NaN,
 * the infinities, the least and greatest subnormal, normal and whole numbers), the others are any of the dtype.
 * They shrink to zeros.
 */
export function specialTensors(shape: Shape, dtype: DType = 'f64'): fc.Arbitrary<Node> {
	const { special, any, hold } = elementsOf[checkedDType('specialTensors', dtype)];
	const size = drawable('specialTensors', shape).reduce((product, length) => product * length, 1);
	const one = fc.nat(special.length - 1).map((i) => special[i] ?? 0);
	// Crosswise, so that any number shrinks to one of the special ones; these shrink to those before them.
	const element = fc.oneof({ withCrossShrink: true }, one, any);
	return fc
		.array(element, { minLength: size, maxLength: size })
		.map((elements) => tensor(hold(elements), { shape, dtype }));
}
