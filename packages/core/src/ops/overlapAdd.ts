import type { Node } from '../graph/node.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';

/** Windows over the last axes of a tensor: for each axis the size, the distance of neighbours, and that of places in one. */
export interface Windows {
	readonly size: readonly number[];
	readonly stride: readonly number[];
	readonly dilation: readonly number[];
}

/** How many whole windows lie within each of some axes; 0 or less where not even one does. */
export function windowCounts(lengths: Shape, { size, stride, dilation }: Windows): number[] {
	return lengths.map((length, axis) => {
		const reach = (dilation[axis] ?? 1) * ((size[axis] ?? 1) - 1);
		return Math.floor((length - reach - 1) / (stride[axis] ?? 1)) + 1;
	});
}

/**
 * The same windows, of strides no longer than it takes to leave each of some axes: along an axis with one window the stride
 * has no meaning, and derivatives take room for every element of it.
 */
export function withinReach(lengths: Shape, windows: Windows): Windows {
	const { size, stride, dilation } = windows;
	const reach = (axis: number): number => (dilation[axis] ?? 1) * ((size[axis] ?? 1) - 1);
	return {
		...windows,
		stride: lengths.map((length, axis) =>
			Math.min(stride[axis] ?? 1, Math.max(length - reach(axis), 1)),
		),
	};
}

/** Whether windows share elements along any axis, or have those of others between their own. */
export function windowsOverlap({ size, stride, dilation }: Windows): boolean {
	return size.some((length, axis) => (dilation[axis] ?? 1) * (length - 1) >= (stride[axis] ?? 1));
}

/** How the windows along one axis are added up. */
interface Overlap {
	/** A window's places, counted from 0, are `phases` times a turn plus a phase: in one phase the windows move by whole steps. */
	readonly phases: number;
	readonly turns: number;
	/** The steps from one turn to the next. */
	readonly step: number;
	/** Zeros between neighbouring windows, where steps are shorter than a stride. */
	readonly between: number;
	/** The steps that the windows cover. */
	readonly steps: number;
}

/**
 * The transpose of windows [..., sizes, counts]: each element added where it was taken from, in a tensor of `shape`. Of
 * windows that do not overlap it is a permute and a reshape. Others are padded by so many zeros that reading rows
 * of one element less each time moves turn after turn by one step; then turns are summed over. It is composed of
 * primitives, and so has all derivatives; no more is stored than the windows and those zeros.
 */
export function overlapAdd(windows: Node, { size, stride, dilation }: Windows, shape: Shape): Node {
	const axes = size.length;
	const lead = shape.slice(0, shape.length - axes);
	const counts = windows.shape.slice(lead.length + axes);
	const overlaps = counts.map((count, axis) =>
		overlapOf(count, size[axis] ?? 1, stride[axis] ?? 1, dilation[axis] ?? 1),
	);
	// [..., turns, phases of each axis, steps of each axis]
	const whole = padded(windows, [
		...lead.map(() => 0),
		...overlaps.map(({ turns, phases }, axis) => turns * phases - (size[axis] ?? 1)),
		...counts.map(() => 0),
	]);
	const split = whole.reshape([
		...lead,
		...overlaps.flatMap(({ turns, phases }) => [turns, phases]),
		...counts,
	]);
	// [..., phases of each axis, then turns and steps of each axis]
	const order = [
		...lead.keys(),
		...overlaps.map((_, axis) => lead.length + 2 * axis + 1),
		...overlaps.flatMap((_, axis) => [lead.length + 2 * axis, lead.length + 2 * axes + axis]),
	];
	const inPhases = summed(split.permute(order), overlaps);
	const interleaved = [
		...lead.keys(),
		...overlaps.flatMap((_, axis) => [lead.length + axes + axis, lead.length + axis]),
	];
	const flat = inPhases
		.permute(interleaved)
		.reshape([...lead, ...overlaps.map(({ steps, phases }) => steps * phases)]);
	const missing = flat.shape.map((length, axis) => (shape[axis] ?? 0) - length);
	return padded(
		flat.slice(...shape.map((length): readonly [number, number] => [0, length])),
		missing.map((each) => Math.max(each, 0)),
	);
}

function overlapOf(count: number, size: number, stride: number, dilation: number): Overlap {
	const step = size === 1 ? 1 : dilation;
	const phases = step === 1 ? stride : 1;
	const between = step === 1 ? 0 : stride - 1;
	const turns = Math.ceil(size / phases);
	const spread = count + Math.max(count - 1, 0) * between;
	return { phases, turns, step, between, steps: spread + step * (turns - 1) };
}

/** The sum over the turns of the last axes, each moved on by its steps: [..., turns, count] for each axis to [..., steps]. */
function summed(x: Node, overlaps: readonly Overlap[]): Node {
	const lead = x.shape.slice(0, x.shape.length - 2 * overlaps.length);
	if (overlaps.every(({ turns }) => turns === 1))
		return x.reshape([...lead, ...overlaps.map(({ steps }) => steps)]);
	const still = lead.map((): readonly [number, number] => [0, 0]);
	const zeros = x.pad(
		[
			...still,
			...overlaps.flatMap(({ turns, step }): (readonly [number, number])[] => [
				[0, 0],
				[0, turns === 1 ? 0 : turns * step],
			]),
		],
		{ interior: [...lead.map(() => 0), ...overlaps.flatMap(({ between }) => [0, between])] },
	);
	const rows = zeros.reshape([
		...lead,
		...overlaps.map((_, axis) => sizeOf(zeros.shape.slice(lead.length + 2 * axis).slice(0, 2))),
	]);
	return rows
		.slice(
			...lead.map(() => null),
			...overlaps.map(({ turns, steps }): readonly [number, number] => [0, turns * steps]),
		)
		.reshape([...lead, ...overlaps.flatMap(({ turns, steps }) => [turns, steps])])
		.sum(overlaps.map((_, axis) => lead.length + 2 * axis));
}

/** x with zeros after it along each axis. */
function padded(x: Node, high: readonly number[]): Node {
	return x.pad(high.map((width): readonly [number, number] => [0, width]));
}
