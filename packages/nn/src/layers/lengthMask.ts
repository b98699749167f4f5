import {
	arange,
	DTypeError,
	expandDims,
	formatShape,
	gather,
	type Node,
	type Operand,
} from '@pullback/core';
import { checkedCount, toNode, toTensor } from '@pullback/core/arguments';

/**
 * Which of `steps` positions belong to sequences of different lengths: for whole numbers `lengths` [...], truth values
 * [..., steps], true before each length. With an axis for the queries, `lengthMask(lengths, steps).expandDims(-2)`, it is
 * the mask of an attention to padded sequences. Throws DTypeError for lengths that are no i32 or u8; one below 0 or above
 * `steps` is a RangeError when the mask is computed.
 */
export function lengthMask(lengths: Operand, steps: number): Node {
	return maskOf('lengthMask', lengths, checkedCount('lengthMask', 'steps', steps));
}

/** `lengthMask` as part of another operation. */
export function maskOf(operation: string, lengths: Operand, steps: number): Node {
	const isLiteral = typeof lengths === 'number' || Array.isArray(lengths);
	const counts = isLiteral
		? toTensor(operation, lengths, 'i32', undefined)
		: toNode(operation, lengths);
	if (counts.dtype !== 'i32' && counts.dtype !== 'u8')
		throw new DTypeError(
			`${operation}: lengths are ${counts.dtype}${formatShape(counts.shape)}; they must be i32 or u8: cast them`,
		);
	// The lengths themselves, and an error where one is out of range.
	const inRange = gather(positions(steps + 1), counts, { fromEnd: false });
	return positions(steps).less(expandDims(inRange, -1));
}

/** The whole numbers from 0, as i32. */
function positions(count: number): Node {
	return arange(0, count, 1, { dtype: 'i32' });
}
