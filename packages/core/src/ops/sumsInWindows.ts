import { arrays } from '../graph/dtype.ts';
import { type Node, record } from '../graph/node.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import { constant } from './operand.ts';
import { type Windows, windowsOverlap } from './overlapAdd.ts';
import { pad } from './padding.ts';
import { primitives } from './primitives.ts';
import { sum } from './reductions.ts';
import { withDerivative } from './withDerivative.ts';

/** In windows of as many places at most the sums are found at once, place by place. */
const maxPlacesAtOnce = 16;

/** The sums of windows over the last axes of x: of large windows that overlap axis after axis, from the last one on. */
export function sumInWindows(x: Node, windows: Windows): Node {
	const { size, stride, dilation } = windows;
	if (sizeOf(size) <= maxPlacesAtOnce || !windowsOverlap(windows)) return sumAtOnce(x, windows);
	const only = (lengths: readonly number[], axis: number): number[] =>
		lengths.map((length, i) => (i === axis ? length : 1));
	return size.reduceRight(
		(sums, length, axis) =>
			length === 1 && stride[axis] === 1
				? sums
				: sumAtOnce(sums, {
						size: only(size, axis),
						stride: only(stride, axis),
						dilation: only(dilation, axis),
					}),
		x,
	);
}

/**
 * The sums of windows over the last axes of x. Where they overlap, the derivative is again sums of windows, of what arrives
 * with zeros between and around: the overlap-add of `windows`, for whatever each of them holds, stores them all.
 */
function sumAtOnce(x: Node, windows: Windows): Node {
	const sums = sum(
		record(primitives.windows, [x], windows),
		windows.size.map((_, axis) => x.shape.length - windows.size.length + axis),
	);
	if (!windowsOverlap(windows)) return sums;
	return withDerivative(sums, x, {
		again: (x) => sumAtOnce(x, windows),
		vjp: (cotangent, x) => addedWhereTaken(cotangent, windows, x.shape),
		jvp: (tangent) => sumAtOnce(tangent, windows),
	});
}

/** The transpose of `sumAtOnce`: each element added to all those of a tensor of `shape` of which it was the sum. */
function addedWhereTaken(sums: Node, { size, stride, dilation }: Windows, shape: Shape): Node {
	const lead = sums.shape.length - size.length;
	const reaches = size.map((length, axis) => (dilation[axis] ?? 1) * (length - 1));
	const between = stride.map((each) => each - 1);
	const widths = reaches.map((reach, axis): readonly [number, number] => {
		const last = ((sums.shape[lead + axis] ?? 1) - 1) * (stride[axis] ?? 1);
		return [reach, (shape.at(axis - size.length) ?? 0) - 1 - last];
	});
	const apart = pad(sums, widths, { interior: between });
	return sumAtOnce(apart, { size, stride: size.map(() => 1), dilation });
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
