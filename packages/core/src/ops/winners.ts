import { isFloating, ranges } from '../graph/dtype.ts';
import { type Node, record } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { maximum } from './arithmetic.ts';
import {
	equal,
	greater,
	greaterEqual,
	lessEqual,
	logicalAnd,
	logicalNot,
	logicalOr,
	where,
} from './comparison.ts';
import { broadcastNode } from './movement.ts';
import { pad, type Widths } from './padding.ts';
import { primitives } from './primitives.ts';
import { amax, amin } from './reductions.ts';

/**
 * The largest elements of some parts of a tensor, and where each was: the flat position of the first of equals in its last
 * axes, or of the first NaN. The values depend on no position, which are computed only where they are asked for.
 */
export interface Winners {
	readonly values: Node;
	/** In i32, of the shape of the values, or without those of their leading axes along which all positions are the same. */
	readonly positions: Node;
	/** What stands for the position of padding: more than those of elements. */
	readonly nowhere: number;
}

/** Each element of x, and its position in the last `axes` axes. */
export function everyElement(x: Node, axes: number): Winners {
	const lengths = x.shape.slice(x.shape.length - axes);
	const nowhere = sizeOf(lengths);
	const positions = record(primitives.iota, [], { shape: [nowhere], axis: 0, dtype: 'i32' });
	return { values: x, positions: positions.reshape(lengths), nowhere };
}

/** Winners with padding before and after each of their last axes: it never wins. */
export function padded(
	{ values, positions, nowhere }: Winners,
	widths: readonly Widths[],
): Winners {
	const { dtype } = values;
	const lowest = isFloating(dtype) ? -Infinity : ranges[dtype][0];
	return {
		values: pad(values, widths, { value: lowest }),
		positions: pad(positions, widths, { value: nowhere }),
		nowhere,
	};
}

/** The winners of two at each place, of which those of `a` come first; `maybePadding`: whether they may be padding. */
export function winnersOfTwo(a: Winners, b: Winners, maybePadding: boolean): Winners {
	const isAbove = isFloating(a.values.dtype)
		? logicalAnd(logicalNot(lessEqual(b.values, a.values)), equal(a.values, a.values))
		: greater(b.values, a.values);
	const { nowhere } = a;
	const isLater = maybePadding ? logicalOr(isAbove, greaterEqual(a.positions, nowhere)) : isAbove;
	return {
		values: maximum(a.values, b.values),
		positions: where(isLater, b.positions, a.positions),
		nowhere,
	};
}

/** The winners along some axes, ascending, which are gone from the result. */
export function winnersAlong(
	{ values, positions, nowhere }: Winners,
	axes: readonly number[],
): Winners {
	const largest = amax(values, axes);
	const kept = values.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
	const isLargest = equal(values, broadcastNode(largest.reshape(kept), values.shape));
	const wins = isFloating(values.dtype) ? logicalOr(isLargest, values.isNaN()) : isLargest;
	return { values: largest, positions: amin(where(wins, positions, nowhere), axes), nowhere };
}
