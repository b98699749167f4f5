import { type Data, type Node, permutation, randomIntegers, uniform } from '@pullback/core';
import { checkedNumber, describe } from '@pullback/core/arguments';

/** The whole numbers from `start`, before `end`. */
export function inOrder(start: number, end: number): Int32Array {
	return Int32Array.from({ length: end - start }, (_, i) => start + i);
}

/** All examples in random order. */
export function shuffled(key: Node, length: number): Int32Array {
	return wholeNumbers(permutation(key, length).data());
}

/** `count` of the examples, each drawn anew from all. */
export function drawn(key: Node, length: number, count: number): Int32Array {
	if (count === 0) return new Int32Array(0);
	return wholeNumbers(randomIntegers(key, [count], { high: length }).data());
}

/** `count` of the examples, each drawn anew in proportion to the weights, of which these are the sums up to each. */
export function drawnByWeight(key: Node, sums: Float64Array, count: number): Int32Array {
	const total = sums.at(-1) ?? 0;
	const shares = uniform(key, [count], { dtype: 'f64' }).data();
	return Int32Array.from(shares, (share) => firstAbove(sums, share * total));
}

/** The sums of weights up to and with each, in the order of the examples. */
export function runningSums(operation: string, weights: unknown, length: number): Float64Array {
	const list = weights as ArrayLike<unknown>; // if it is one
	if (!(Array.isArray(weights) || ArrayBuffer.isView(weights)) || typeof list.length !== 'number')
		throw new TypeError(
			`${operation}: weights is ${describe(weights)}; it must be an array of numbers, one for each example`,
		);
	if (list.length !== length)
		throw new RangeError(
			`${operation}: got ${list.length} weights for ${length} examples; pass one for each`,
		);
	const sums = new Float64Array(length);
	let total = 0;
	for (let i = 0; i < length; i++) {
		const weight = checkedNumber(operation, `weight ${i}`, list[i]);
		if (!(weight >= 0))
			throw new RangeError(`${operation}: weight ${i} is ${weight}; it must be a number from 0`);
		total += weight;
		sums[i] = total;
	}
	if (!(total > 0 && total < Infinity))
		throw new RangeError(
			`${operation}: the sum of the weights is ${total}; it must be finite and above 0`,
		);
	return sums;
}

/** The index of the first sum above a number: never that of a weight of 0. */
export function firstAbove(sums: Float64Array, x: number): number {
	let [low, high] = [0, sums.length - 1];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((sums[middle] as number) > x)
			high = middle; // in range
		else low = middle + 1;
	}
	return low;
}

function wholeNumbers(data: Data): Int32Array {
	return Int32Array.from(data);
}
