import { type Node, record } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { broadcastNode, slice } from './movement.ts';
import { castTo } from './operand.ts';
import { type Windows, windowCounts, windowsOverlap } from './overlapAdd.ts';
import type { Widths } from './padding.ts';
import { primitives } from './primitives.ts';
import { everyElement, padded, type Winners, winnersAlong, winnersOfTwo } from './winners.ts';

/**
 * In windows of so many places at most winners are found place by place, each a slice of x: a loop over so few elements
 * costs more than they do. Of [100, 30, 24, 24] by 2x2 it took 10 ms, where this takes less than one.
 */
export const maxSlices = 16;

/** Windows over the last axes of a tensor, and what is put around each of these first. */
export interface PaddedWindows extends Windows {
	readonly widths: readonly Widths[];
}

/**
 * The first largest element in row-major order of each window over the last axes of x, each of which has an element of it.
 * Windows that overlap are looked through axis by axis from the last one on, whose winners are the elements of the axis before.
 */
export function winnersInWindows(x: Node, windows: PaddedWindows): Winners {
	const { size, stride, dilation, widths } = windows;
	const axes = size.length;
	// Of truth values there is no maximum of two.
	const all = everyElement(x.dtype === 'bool' ? castTo(x, 'u8') : x, axes);
	const isByAxis = windowsOverlap(windows) || sizeOf(size) <= maxSlices;
	const found = isByAxis
		? size.reduceRight((sofar, length, at) => {
				const [before, after] = widths[at] ?? [0, 0];
				const others = size.slice(at + 1).map((): Widths => [0, 0]);
				return alongAxis(padded(sofar, [[before, after], ...others]), at - axes, {
					size: length,
					stride: stride[at] ?? 1,
					dilation: dilation[at] ?? 1,
					maybePadding: before > 0,
				});
			}, all)
		: among(padded(all, widths), windows);
	return { ...found, positions: broadcastNode(found.positions, found.values.shape) };
}

/** Windows along one axis, which may begin in padding. */
interface Along {
	readonly size: number;
	readonly stride: number;
	readonly dilation: number;
	readonly maybePadding: boolean;
}

/**
 * The winners of windows along one axis. Of windows that overlap much those of 2, 4, 8 ... neighbours are found first, of
 * which two cover a window: this takes the logarithm of its size.
 */
function alongAxis(winners: Winners, axis: number, windows: Along): Winners {
	const { size, stride, dilation, maybePadding } = windows;
	const length = winners.values.shape.at(axis) ?? 0;
	const count = countOf(length, windows);
	const every = (from: Winners, start: number): Winners =>
		part(from, axis, [start, start + (count - 1) * stride + 1, stride]);
	if (size === 1) return every(winners, 0);
	const doublings = Math.ceil(Math.log2(size)) - 1;
	if (count * (size - 1) <= length * doublings + count) {
		if (size > maxSlices) return among(winners, alongOnly(axis, windows));
		const places = Array.from({ length: size }, (_, place) => every(winners, place * dilation));
		return places.reduce((a, b) => winnersOfTwo(a, b, maybePadding));
	}
	let neighbours = winners;
	let covered = 1;
	for (; covered * 2 < size; covered *= 2) {
		const left = (neighbours.values.shape.at(axis) ?? 0) - covered * dilation;
		neighbours = winnersOfTwo(
			part(neighbours, axis, [0, left, 1]),
			part(neighbours, axis, [covered * dilation, covered * dilation + left, 1]),
			maybePadding,
		);
	}
	const second = (size - covered) * dilation;
	return winnersOfTwo(every(neighbours, 0), every(neighbours, second), maybePadding);
}

function countOf(length: number, { size, stride, dilation }: Along): number {
	const [count = 0] = windowCounts([length], {
		size: [size],
		stride: [stride],
		dilation: [dilation],
	});
	return count;
}

/** Windows of one place along all of the last axes but one, counted from the end. */
function alongOnly(axis: number, { size, stride, dilation }: Along): Windows {
	const only = (length: number): number[] =>
		Array.from({ length: -axis }, (_, i) => (i === 0 ? length : 1));
	return { size: only(size), stride: only(stride), dilation: only(dilation) };
}

/** The winners of windows over the last axes, place after place of each. */
function among({ values, positions, nowhere }: Winners, windows: Windows): Winners {
	const all = {
		values: record(primitives.windows, [values], windows),
		positions: record(primitives.windows, [positions], windows),
		nowhere,
	};
	return winnersAlong(all, placeAxes(values, windows.size));
}

/** The axes of the places in windows of `size` over the last axes of x. */
export function placeAxes({ shape }: Node, size: readonly number[]): number[] {
	return size.map((_, axis) => shape.length - size.length + axis);
}

/** A range of winners along an axis, counted from the end. */
function part(
	{ values, positions, nowhere }: Winners,
	axis: number,
	range: readonly [number, number, number],
): Winners {
	const from = (node: Node): Node =>
		slice(node, ...node.shape.map((_, at) => (at - node.shape.length === axis ? range : null)));
	return { values: from(values), positions: from(positions), nowhere };
}
