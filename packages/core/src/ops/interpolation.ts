import {
	checkedBoolean,
	checkedCount,
	checkedFinite,
	checkedNumbers,
	checkedOptions,
} from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { checkShape, formatShape, maximumRank, type Shape } from '../graph/shape.ts';
import { arange } from './creation.ts';
import { gather } from './indexing.ts';
import { broadcastTo, reshape } from './movement.ts';
import { type Operand, toFloating, toNode } from './operand.ts';

/** Elements that others are made of, and how much of each: in f64, an element for each place. */
interface Tap {
	readonly index: Node;
	/** Null for 1. */
	readonly weight: Node | null;
}

/** How many axes a mode is for, from and to, and the taps at positions of an axis of a length. */
interface Mode {
	readonly axes: readonly [least: number, most: number];
	taps(positions: Node, length: number): readonly Tap[];
}

const modes = {
	nearest: { axes: [1, 3], taps: nearest },
	linear: { axes: [1, 1], taps: linear },
	bilinear: { axes: [2, 2], taps: linear },
	trilinear: { axes: [3, 3], taps: linear },
	bicubic: { axes: [2, 2], taps: cubic },
} as const satisfies Readonly<Record<string, Mode>>;

/** How elements between those that there are come about. */
export type InterpolationMode = keyof typeof modes;

/** How large `interpolate` makes images, by one of `size` and `scaleFactor`, and how. */
export interface InterpolationOptions {
	/** The lengths of the axes after the first two, or one for all of them. */
	readonly size?: number | readonly number[];
	/** What these lengths are multiplied by, and rounded down, or one factor for all of them. */
	readonly scaleFactor?: number | readonly number[];
	/** 'nearest' if left out: element i is the one at floor(i / factor). */
	readonly mode?: InterpolationMode;
	/** Whether the centres of the first and last elements stay where they are, rather than the edges around them. */
	readonly alignCorners?: boolean;
}

/**
 * Images [N, C, ...], of one to three axes more, in another size, as PyTorch's function of that name: element i lies at
 * (i + 1/2) / factor - 1/2 of the old axis, not beyond the first, or, with `alignCorners`, at i (old - 1) / (new - 1).
 * 'linear', 'bilinear' and 'trilinear' go straight from one neighbour to the next along each of one, two and three axes,
 * 'bicubic' is the cubic convolution of four, those beyond an end being the last (Keys 1981, with a = -3/4). A factor that
 * leaves a length as it was, once rounded, holds all the same; PyTorch's linear modes copy there. Throws ShapeError where the
 * mode is for other axes, or lengths are 0.
 */
export function interpolate(x: Operand, options: InterpolationOptions): Node {
	const {
		mode = 'nearest',
		alignCorners,
		size,
		scaleFactor,
	} = checkedOptions('interpolate', options, ['size', 'scaleFactor', 'mode', 'alignCorners']);
	if (typeof mode !== 'string' || !Object.hasOwn(modes, mode))
		throw new RangeError(
			`interpolate: mode is ${describe(mode)}; it must be one of ${Object.keys(modes).join(', ')}`,
		);
	if (alignCorners !== undefined) checkedBoolean('interpolate', 'alignCorners', alignCorners);
	if (mode === 'nearest' && alignCorners !== undefined)
		throw new TypeError("interpolate: alignCorners is for other modes than 'nearest'");
	const given = toNode('interpolate', x);
	const node = mode === 'nearest' ? given : toFloating(given);
	const lengths = checkedImages(node.shape, mode);
	const axes =
		size === undefined
			? scaledAxes(node.shape, lengths, scaleFactor)
			: sizedAxes(lengths, size, scaleFactor);
	checkShape('interpolate', [...node.shape.slice(0, 2), ...axes.map(({ to }) => to)]);
	// Those that shrink first: what follows is less.
	const order = axes.toSorted((a, b) => a.to / a.from - b.to / b.from);
	return order.reduce((image, axis) => resampled(image, axis, mode, alignCorners ?? false), node);
}

/** An axis, its lengths before and after, and `over` old elements for `per` of the new. */
interface Resampling {
	readonly axis: number;
	readonly from: number;
	readonly to: number;
	readonly over: number;
	readonly per: number;
}

/** The lengths of the axes that a mode is for. */
function checkedImages(shape: Shape, mode: InterpolationMode): Shape {
	const [least, most] = modes[mode].axes;
	const lengths = shape.slice(2);
	if (shape.length < 2 + least || lengths.length > most) {
		const axes = least === most ? `${most}` : `${least} to ${most}`;
		throw new ShapeError(
			`interpolate: mode '${mode}' is for ${axes} axes after the first two, ${formatShape(shape)} has ${lengths.length}: pass [N, C, ...]`,
		);
	}
	if (lengths.includes(0))
		throw new ShapeError(
			`interpolate: ${formatShape(shape)} has an empty axis after the first two; there is nothing to go between`,
		);
	return lengths;
}

function sizedAxes(
	lengths: Shape,
	size: number | readonly number[],
	scaleFactor: unknown,
): Resampling[] {
	if (scaleFactor !== undefined)
		throw new TypeError('interpolate: got both size and scaleFactor; pass one');
	return forEachAxis('size', lengths, size).map((to, i) => {
		checkedCount('interpolate', 'a size', to);
		if (to === 0) throw new ShapeError('interpolate: a size is 0; it must be at least 1');
		const from = lengths[i] ?? 1;
		return { axis: i + 2, from, to, over: from, per: to };
	});
}

function scaledAxes(
	shape: Shape,
	lengths: Shape,
	scaleFactor: number | readonly number[] | undefined,
): Resampling[] {
	if (scaleFactor === undefined)
		throw new TypeError('interpolate: got neither size nor scaleFactor; pass one');
	return forEachAxis('scaleFactor', lengths, scaleFactor).map((factor, i) => {
		checkedFinite('interpolate', 'a scaleFactor', factor);
		const from = lengths[i] ?? 1;
		const to = Math.floor(from * factor);
		if (to < 1)
			throw new ShapeError(
				`interpolate: scaleFactor ${factor} leaves nothing of axis ${i + 2} of ${formatShape(shape)}`,
			);
		return { axis: i + 2, from, to, over: 1, per: factor };
	});
}

function forEachAxis(name: string, lengths: Shape, given: number | readonly number[]): number[] {
	if (typeof given === 'number') return lengths.map(() => given);
	const each = checkedNumbers('interpolate', name, given, maximumRank);
	if (each.length !== lengths.length)
		throw new ShapeError(
			`interpolate: ${name} ${formatShape(each)} has ${each.length} numbers for ${lengths.length} axes after the first two; it must have one each, or be one number`,
		);
	return each;
}

function resampled(
	x: Node,
	resampling: Resampling,
	mode: InterpolationMode,
	alignCorners: boolean,
): Node {
	const { axis, from, to, over, per } = resampling;
	if (from === to && (over === per || alignCorners)) return x;
	const times = per / over;
	if (mode === 'nearest' && Number.isInteger(times)) return repeated(x, axis, times);
	const column = [to, ...x.shape.slice(axis + 1).map(() => 1)];
	// A gather each, of few elements: a product with the matrix of all weights takes longer from some 32 elements on, and
	// makes NaN of a whole line where one element is.
	const positions = positionsOf(resampling, mode, alignCorners);
	const terms = modes[mode].taps(positions, from).map(({ index, weight }) => {
		const picked = gather(x, index.cast('i32'), { axis, fromEnd: false });
		return weight === null ? picked : picked.mul(weight.cast(x.dtype).reshape(column));
	});
	return terms.reduce((sum, term) => sum.add(term));
}

/** Where the new elements lie among the old, in f64. */
function positionsOf(
	{ from, to, over, per }: Resampling,
	mode: InterpolationMode,
	alignCorners: boolean,
): Node {
	const places = arange(0, to, 1, { dtype: 'f64' });
	// Multiplied first, so that no quotient that is whole is rounded to less.
	if (mode === 'nearest') return places.mul(over).div(per);
	if (alignCorners) return places.mul(from - 1).div(Math.max(to - 1, 1));
	return places.add(0.5).mul(over).div(per).sub(0.5);
}

/** Each element along an axis so many times: copies, the gradient of which is a sum, rather than a scatter. */
function repeated(x: Node, axis: number, times: number): Node {
	const [before, after] = [x.shape.slice(0, axis + 1), x.shape.slice(axis + 1)];
	const copies = broadcastTo(reshape(x, [...before, 1, ...after]), [...before, times, ...after]);
	return reshape(copies, x.shape.with(axis, (x.shape[axis] ?? 0) * times));
}

function nearest(positions: Node, length: number): readonly Tap[] {
	return [{ index: positions.floor().minimum(length - 1), weight: null }];
}

function linear(positions: Node, length: number): readonly Tap[] {
	const at = positions.maximum(0);
	const first = at.floor().minimum(length - 1);
	const share = at.sub(first);
	return [
		{ index: first, weight: share.neg().add(1) },
		{ index: first.add(1).minimum(length - 1), weight: share },
	];
}

/** Cubic convolution (Keys 1981). */
function cubic(positions: Node, length: number): readonly Tap[] {
	const a = -0.75;
	const first = positions.floor();
	const share = positions.sub(first);
	const rest = share.neg().add(1);
	const near = (x: Node): Node =>
		x
			.mul(a + 2)
			.sub(a + 3)
			.mul(x)
			.mul(x)
			.add(1);
	const far = (x: Node): Node => x.sub(5).mul(x).add(8).mul(x).sub(4).mul(a);
	const index = (i: number): Node => first.add(i).clip(0, length - 1);
	return [
		{ index: index(-1), weight: far(share.add(1)) },
		{ index: index(0), weight: near(share) },
		{ index: index(1), weight: near(rest) },
		{ index: index(2), weight: far(rest.add(1)) },
	];
}
