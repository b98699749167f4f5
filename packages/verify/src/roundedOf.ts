import type { Node } from '@pullback/core';

/** Splits a double into two halves of 26 digits (Veltkamp, 1968). */
const splitter = 2 ** 27 + 1;

/** What is lost of a sum when it is rounded (Knuth's TwoSum). */
function lostOfSum(a: number, b: number, sum: number): number {
	const second = sum - a;
	return a - (sum - second) + (b - second);
}

/** What is lost of a product when it is rounded (Dekker, 1971); NaN where that overflows. */
function lostOfProduct(a: number, b: number, product: number): number {
	const [aHigh, bHigh] = [halfOf(a), halfOf(b)];
	const [aLow, bLow] = [a - aHigh, b - bHigh];
	return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function halfOf(x: number): number {
	const scaled = splitter * x;
	return scaled - (scaled - x);
}

/** What is lost of `c` as a quotient of `a` and `b`, times `b`. */
function lostOfQuotient(a: number, b: number, c: number): number {
	return c * b - a || lostOfProduct(c, b, c * b);
}

/**
 * Which elements of a sum, product, quotient, root or cast are rounded: 1 for those that are, 0 for what is exact, such as
 * whole numbers, which stays what it is in every arithmetic. Of other primitives, null: it always counts as if all were.
 */
export function roundedOf({ primitive, inputs, value }: Node): Uint8Array | null {
	const [x, y] = inputs.map((input) => input.view());
	if (x === undefined || value === null) return null;
	const rounded = new Uint8Array(value.length);
	switch (primitive.name) {
		case 'add':
			if (y === undefined) return null;
			for (let i = 0; i < rounded.length; i++)
				rounded[i] = lostOfSum(x[i] ?? 0, y[i] ?? 0, value[i] ?? 0) === 0 ? 0 : 1;
			return rounded;
		case 'mul':
			if (y === undefined) return null;
			for (let i = 0; i < rounded.length; i++)
				rounded[i] = lostOfProduct(x[i] ?? 0, y[i] ?? 0, value[i] ?? 0) === 0 ? 0 : 1;
			return rounded;
		case 'div':
			if (y === undefined) return null;
			for (let i = 0; i < rounded.length; i++)
				rounded[i] = lostOfQuotient(x[i] ?? 0, y[i] ?? 0, value[i] ?? 0) === 0 ? 0 : 1;
			return rounded;
		case 'sqrt':
			for (let i = 0; i < rounded.length; i++)
				rounded[i] = lostOfQuotient(x[i] ?? 0, value[i] ?? 0, value[i] ?? 0) === 0 ? 0 : 1;
			return rounded;
		case 'cast':
			for (let i = 0; i < rounded.length; i++) rounded[i] = value[i] === x[i] ? 0 : 1;
			return rounded;
		default:
			return null;
	}
}
