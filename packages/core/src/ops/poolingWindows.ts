import { arrays } from '../graph/dtype.ts';
import { type Node, record } from '../graph/node.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import { logicalOr, where } from './comparison.ts';
import { broadcastTo, reshape } from './movement.ts';
import { constant } from './operand.ts';
import { overlapAdd, type Windows } from './overlapAdd.ts';
import { type CustomRule, primitives } from './primitives.ts';
import { amax, amin, sum } from './reductions.ts';

/** The sums of windows over the last axes of x. */
export function sumInWindows(x: Node, windows: Windows): Node {
	return sum(record(primitives.windows, [x], windows), placeAxes(x, windows));
}

/**
 * The largest elements of windows over the last axes of x. The first of equals, in row-major order, has all of the
 * derivative, where `amax` shares it; none has the first `margin` elements of an axis, which are padding.
 */
export function largestInWindows(x: Node, windows: Windows, margin: readonly number[]): Node {
	const rule: CustomRule = {
		again: (inputs) => largestInWindows(only(inputs), windows, margin),
		vjp: (cotangent, inputs, y) => {
			const x = only(inputs);
			const first = areFirst(x, y, windows, margin);
			const chosen = first.where(inWindows(cotangent, x, first.shape, windows), 0);
			return [overlapAdd(chosen, windows, x.shape)];
		},
		jvp: ([dx], inputs, y) => {
			if (dx === undefined || dx === null) return null;
			const x = only(inputs);
			const chosen = where(
				areFirst(x, y, windows, margin),
				record(primitives.windows, [dx], windows),
				0,
			);
			return chosen.sum(placeAxes(x, windows));
		},
		lift: () => rule,
	};
	const y = amax(record(primitives.windows, [x], windows), placeAxes(x, windows));
	return record(primitives.custom, [y, x], { rule });
}

function only([x]: readonly Node[]): Node {
	if (x === undefined) throw new Error('internal: a rule without its operand');
	return x;
}

/** The axes of the places in windows over the last axes of x. */
function placeAxes({ shape }: Node, { size }: Windows): number[] {
	return size.map((_, axis) => shape.length - size.length + axis);
}

/** What there is one of for each window over the last axes of x, for each place in it. */
function inWindows(y: Node, x: Node, shape: Shape, windows: Windows): Node {
	const axes = placeAxes(x, windows);
	return y
		.reshape(shape.map((length, axis) => (axes.includes(axis) ? 1 : length)))
		.broadcastTo(shape);
}

/** Whether elements are the first largest of their windows, in row-major order. Of those with NaN it is the first at all. */
function areFirst(x: Node, y: Node, windows: Windows, margin: readonly number[]): Node {
	const { size, stride, dilation } = windows;
	const all = record(primitives.windows, [x], windows);
	const { shape } = all;
	const axes = placeAxes(x, windows);
	const places = sizeOf(size);
	const numbered = record(primitives.iota, [], { shape: [places], dtype: 'i32', axis: 0 });
	const alone = shape.map((length, axis) => (axes.includes(axis) ? length : 1));
	const place = broadcastTo(reshape(numbered, alone), shape);
	let loses = all.less(inWindows(y, x, shape, windows));
	// Padding ties with what is -Infinity: only what comes before the first element of the input could be first.
	for (const [axis, width] of margin.entries()) {
		if (width === 0) continue;
		const along = (loop: number, step: number): Node =>
			record(primitives.iota, [], { shape, dtype: 'i32', axis: loop }).mul(step);
		const first = x.shape.length - size.length + axis;
		const position = along(first, dilation[axis] ?? 1).add(
			along(first + size.length, stride[axis] ?? 1),
		);
		loses = logicalOr(loses, position.less(width));
	}
	const first = amin(where(loses, places, place), axes);
	return place.equal(inWindows(first, x, shape, windows));
}

/** x divided by numbers for each position along its last axes, the products of what is given for each of these. */
export function dividedAlong(x: Node, divisors: readonly (readonly number[])[]): Node {
	const isOne = divisors.every((each) => each.every((divisor) => divisor === each[0]));
	if (isOne) return x.div(divisors.reduce((product, [each = 1]) => product * each, 1));
	return divisors.reduce((quotient, each, axis) => {
		const after = new Array<number>(divisors.length - 1 - axis).fill(1);
		const { dtype } = x;
		return quotient.div(constant(arrays[dtype].from(each), [each.length, ...after], dtype));
	}, x);
}
