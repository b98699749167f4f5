import { type Node, record } from '../graph/node.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
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

/** x divided along each of its last axes, by a number or by one for each position: all numbers at once, rounded once. */
export function dividedAlong(x: Node, divisors: readonly (number | Node)[]): Node {
	const numbers = divisors.filter((each) => typeof each === 'number');
	if (numbers.length === divisors.length)
		return x.div(numbers.reduce((product, each) => product * each, 1));
	return divisors.reduce<Node>((quotient, each, axis) => {
		if (typeof each === 'number') return quotient.div(each);
		const after = new Array<number>(divisors.length - 1 - axis).fill(1);
		return quotient.div(each.reshape([...each.shape, ...after]).cast(x.dtype));
	}, x);
}
