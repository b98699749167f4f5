import { checkedBoolean } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import { checkShape, formatShape, type Shape } from '../graph/shape.ts';
import { maximum, minimum } from './arithmetic.ts';
import { type Operand, toNode } from './operand.ts';
import { type Windows, windowCounts, withinReach } from './overlapAdd.ts';
import type { Widths } from './padding.ts';
import { checkedPerAxis, formatLengths, type PerAxis } from './perAxis.ts';
import { primitives } from './primitives.ts';
import { formatOnce, refuseWindow } from './windows.ts';

/** What all pooling by windows takes: each a number, or one for each spatial axis. */
export interface PoolOptions {
	/** How far windows are apart; their size if left out. */
	readonly stride?: PerAxis;
	/** How far they reach beyond both ends of the input; 0 if left out. */
	readonly padding?: PerAxis;
	/** Whether a last window that begins within the input or before it, and reaches beyond its padding, counts; false if left out. */
	readonly ceilMode?: boolean;
}

/** The windows of a pooling, and where they lie on the input. */
export interface Frame {
	readonly windows: Windows;
	/** The lengths of the spatial axes. */
	readonly lengths: Shape;
	readonly padding: readonly number[];
	/** How far the last windows reach beyond the padding. */
	readonly beyond: readonly number[];
	readonly counts: readonly number[];
}

/** x with its spatial axes last, after channels and perhaps a batch. */
export function spatialOperand(operation: string, axes: number, x: Operand): Node {
	const node = toNode(operation, x);
	const rank = node.shape.length;
	if (rank === axes + 1 || rank === axes + 2) return node;
	const spatial = ['length', 'rows, columns', 'depth, rows, columns'][axes - 1];
	throw new ShapeError(
		`${operation}: got shape ${formatShape(node.shape)}; it must be [batch, channels, ${spatial}], or [channels, ${spatial}]`,
	);
}

/** The windows that options ask for; refuses those that do not fit, or lie in padding alone. */
export function frameOf(
	operation: string,
	x: Node,
	axes: number,
	kernelSize: PerAxis,
	{ stride = kernelSize, padding = 0, ceilMode = false }: PoolOptions,
	dilation: PerAxis = 1,
): Frame {
	checkedBoolean(operation, 'ceilMode', ceilMode);
	const windows = {
		size: checkedPerAxis(operation, 'kernelSize', kernelSize, axes, 1),
		stride: checkedPerAxis(operation, 'stride', stride, axes, 1),
		dilation: checkedPerAxis(operation, 'dilation', dilation, axes, 1),
	};
	const margins = checkedPerAxis(operation, 'padding', padding, axes, 0);
	const lengths = x.shape.slice(x.shape.length - axes);
	const whole = lengths.map((length, axis) => length + 2 * (margins[axis] ?? 0));
	const counts = windowCounts(whole, windows);
	const beyond = lengths.map((length, axis) => {
		const count = counts[axis] ?? 0;
		const step = windows.stride[axis] ?? 1;
		const reach = (windows.dilation[axis] ?? 1) * ((windows.size[axis] ?? 1) - 1);
		const missing = count * step + reach + 1 - (whole[axis] ?? 0);
		const isCounted = ceilMode && missing < step && count * step < length + (margins[axis] ?? 0);
		if (!isCounted) return 0;
		counts[axis] = count + 1;
		return missing;
	});
	if (counts.some((count) => count < 1)) refuseWindow(operation, lengths, windows, margins);
	const padded = whole.map((length, axis) => length + (beyond[axis] ?? 0));
	checkShape(operation, [...x.shape.slice(0, x.shape.length - axes), ...padded]);
	const frame = {
		windows: withinReach(padded, windows),
		lengths,
		padding: margins,
		beyond,
		counts,
	};
	const alone = lengths.findIndex((_, axis) => hasEmptyWindow(frame, axis));
	if (alone >= 0)
		throw new ShapeError(
			`${operation}: a window of ${formatLengths(windows.size)} lies in padding alone, along spatial axis ${alone} of an input of ${formatLengths(lengths)} with padding ${formatOnce(margins)}; use less padding`,
		);
	return frame;
}

/** Whether a window along an axis has no element of the input: one of those that begin before it, or the last one. */
function hasEmptyWindow(frame: Frame, axis: number): boolean {
	const { length, size, stride, padding, count } = along(frame, axis);
	const dilation = frame.windows.dilation[axis] ?? 1;
	const isEmpty = (number: number): boolean => {
		const start = number * stride - padding;
		const place = Math.max(0, Math.ceil(-start / dilation));
		return place >= size || start + place * dilation >= length;
	};
	// As far as those in which its places lie otherwise among the elements: the first of each kind begins the farthest away.
	for (let number = 0; number < Math.min(count, dilation) && number * stride < padding; number++)
		if (isEmpty(number)) return true;
	return isEmpty(count - 1);
}

/** What is put before and after each spatial axis: its padding, and what the last windows reach beyond it. */
export function widthsOf({ padding, beyond }: Frame): Widths[] {
	return padding.map((width, axis) => [width, width + (beyond[axis] ?? 0)]);
}

/**
 * For each axis how many elements of each window count: those of the input, or those of its padding, too. A number where
 * these are as many in all; else [windows], computed with what reads it, as there may be as many as a tensor has elements.
 */
export function countsWithin(frame: Frame, withPadding: boolean): (number | Node)[] {
	return frame.lengths.map((_, axis) => {
		const { length, size, stride, padding, count } = along(frame, axis);
		const margin = withPadding ? padding : 0;
		if (margin === padding && (frame.beyond[axis] ?? 0) === 0) return size;
		// All ends lie within the padded input, so that i32 holds them.
		const number = record(primitives.iota, [], { shape: [count], axis: 0, dtype: 'i32' });
		const start = number.mul(stride).sub(padding);
		return minimum(start.add(size), length + margin).sub(maximum(start, -margin));
	});
}

function along(
	{ windows, lengths, padding, counts }: Frame,
	axis: number,
): Readonly<Record<'length' | 'size' | 'stride' | 'padding' | 'count', number>> {
	return {
		length: lengths[axis] ?? 0,
		size: windows.size[axis] ?? 1,
		stride: windows.stride[axis] ?? 1,
		padding: padding[axis] ?? 0,
		count: counts[axis] ?? 0,
	};
}
