import type { Data, Node } from '@pullback/core';

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

/**
 * Whether the element at a position of a sum, product, quotient, root or cast is rounded; of other primitives it always
 * counts as if it were. What is exact, such as whole numbers, stays what it is in every arithmetic.
 */
export function roundsAt({ primitive, inputs, value }: Node): (position: number) => boolean {
	const [x, y] = inputs.map((input) => input.view());
	const result = value;
	if (x === undefined || result === null) return () => true;
	const lost = lossOf(primitive.name, x, y ?? x, result);
	if (lost === null) return () => true;
	return (i) => lost(i) !== 0;
}

function lossOf(name: string, x: Data, y: Data, z: Data): ((i: number) => number) | null {
	const [a, b, c] = [x, y, z].map((data) => (i: number) => data[i] ?? 0) as [
		(i: number) => number,
		(i: number) => number,
		(i: number) => number,
	]; // one each
	switch (name) {
		case 'add':
			return (i) => lostOfSum(a(i), b(i), c(i));
		case 'mul':
			return (i) => lostOfProduct(a(i), b(i), c(i));
		case 'div':
			return (i) => c(i) * b(i) - a(i) || lostOfProduct(c(i), b(i), c(i) * b(i));
		case 'sqrt':
			return (i) => c(i) * c(i) - a(i) || lostOfProduct(c(i), c(i), c(i) * c(i));
		case 'cast':
			return (i) => c(i) - a(i);
		default:
			return null;
	}
}
