import { checkedCount, checkedList, checkedNumbers } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import {
	checkedShape,
	checkShape,
	formatShape,
	maximumRank,
	maximumSize,
	normalizeAxes,
	normalizeAxis,
	type Shape,
	sameShape,
	sizeOf,
} from '../graph/shape.ts';
import { type Operand, toNode, toNodes } from './operand.ts';
import { primitives } from './primitives.ts';

/** x copied along new leading axes and axes of length 1, to `shape` (NumPy's rule). */
export function broadcastTo(x: Operand, shape: Shape): Node {
	return broadcastAs('broadcastTo', toNode('broadcastTo', x), shape);
}

/** `broadcastTo` as part of another operation. */
export function broadcastAs(operation: string, node: Node, lengths: Shape): Node {
	const shape = checkedShape(operation, lengths);
	const lead = shape.length - node.shape.length;
	if (lead < 0 || node.shape.some((length, i) => length !== 1 && length !== shape[lead + i]))
		throw new ShapeError(
			`${operation}: cannot broadcast ${formatShape(node.shape)} to ${formatShape(shape)}; lengths must be equal or 1, counted from the last axis`,
		);
	return broadcastNode(node, shape);
}

/** `broadcastTo` for shapes known to fit. */
export function broadcastNode(x: Node, shape: Shape): Node {
	if (sameShape(x.shape, shape)) return x;
	const lead = shape.length - x.shape.length;
	const axes: number[] = [];
	const kept: number[] = [];
	for (let axis = 0; axis < shape.length; axis++) {
		const own = x.shape[axis - lead];
		if (own === undefined || own !== shape[axis]) axes.push(axis);
		else kept.push(own);
	}
	return record(primitives.broadcast, [reshapeNode(x, kept)], { shape, axes });
}

/** The same elements in the same order in another shape, in which one length may be -1: whatever fits. */
export function reshape(x: Operand, shape: Shape): Node {
	const node = toNode('reshape', x);
	const lengths = checkedNumbers('reshape', 'shape', shape, maximumRank);
	const open = lengths.indexOf(-1);
	if (open < 0) {
		checkShape('reshape', lengths);
		return reshapeNode(node, lengths);
	}
	const rest = lengths.toSpliced(open, 1);
	checkShape('reshape', rest);
	const length = sizeOf(node.shape) / sizeOf(rest);
	if (!Number.isInteger(length))
		throw new ShapeError(
			`reshape: cannot reshape ${formatShape(node.shape)} to ${formatShape(lengths)}: ${sizeOf(node.shape)} elements do not divide by ${sizeOf(rest)}`,
		);
	return reshapeNode(node, lengths.with(open, length));
}

/** All elements in one axis; with `start`, the axes from there on in one. */
export function flatten(x: Operand, start = 0): Node {
	const node = toNode('flatten', x);
	const axis = normalizeAxis('flatten', start, node.shape.length);
	const length = sizeOf(node.shape.slice(axis));
	return reshapeNode(node, [...node.shape.slice(0, axis), length]);
}

/** The axes in another order: axis i of the result is axis `order[i]` of x. */
export function permute(x: Operand, order: readonly number[]): Node {
	const node = toNode('permute', x);
	const rank = node.shape.length;
	const axes = checkedNumbers('permute', 'order', order, maximumRank);
	if (axes.length !== rank)
		throw new ShapeError(
			`permute: order ${formatShape(axes)} names ${axes.length} axes, ${formatShape(node.shape)} has ${rank}`,
		);
	const normal = axes.map((axis) => normalizeAxis('permute', axis, rank));
	if (new Set(normal).size < rank)
		throw new RangeError(`permute: order ${formatShape(axes)} names one axis twice`);
	if (normal.every((axis, i) => axis === i)) return node;
	return record(primitives.permute, [node], { order: normal });
}

/** Two axes swapped; by default the last two, which transposes matrices. A vector stays as it is. */
export function transpose(x: Operand, axis1 = -2, axis2 = -1): Node {
	const node = toNode('transpose', x);
	const rank = node.shape.length;
	if (rank < 2 && axis1 === -2 && axis2 === -1) return node;
	const [a, b] = [normalizeAxis('transpose', axis1, rank), normalizeAxis('transpose', axis2, rank)];
	return permute(
		node,
		node.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
	);
}

/** x with a new axis of length 1 at `axis` of the result. */
export function expandDims(x: Operand, axis: number): Node {
	const node = toNode('expandDims', x);
	const at = normalizeAxis('expandDims', axis, node.shape.length + 1);
	return reshapeNode(node, node.shape.toSpliced(at, 0, 1));
}

/** x without the given axes, which must have length 1; without all such axes if none are given. */
export function squeeze(x: Operand, axes?: number | readonly number[]): Node {
	const node = toNode('squeeze', x);
	const gone =
		axes === undefined
			? normalizeAxes('squeeze', undefined, node.shape.length).filter(
					(axis) => node.shape[axis] === 1,
				)
			: normalizeAxes('squeeze', axes, node.shape.length);
	const long = gone.find((axis) => node.shape[axis] !== 1);
	if (long !== undefined)
		throw new ShapeError(
			`squeeze: axis ${long} of ${formatShape(node.shape)} has length ${node.shape[long]}, needs 1`,
		);
	return reshapeNode(
		node,
		node.shape.filter((_, axis) => !gone.includes(axis)),
	);
}

/** What `slice` takes for an axis: an index, `[start, stop, step]` with NumPy's meaning, or null for all. */
export type Range =
	| number
	| null
	| readonly [start?: number | null, stop?: number | null, step?: number];

/**
 * Part of x, a range an axis, as NumPy's `x[2, 1:5, ::-1]`: an index drops its axis (out of range:
 * RangeError); `[start, stop, step]` counts from the end if negative and stays within x; null and axes
 * not mentioned are taken whole.
 */
export function slice(x: Operand, ...ranges: Range[]): Node {
	const node = toNode('slice', x);
	const rank = node.shape.length;
	if (ranges.length > rank)
		throw new ShapeError(
			`slice: got ${ranges.length} ranges for ${formatShape(node.shape)}, which has ${rank} axes`,
		);
	const start: number[] = [];
	const step: number[] = [];
	const shape: number[] = [];
	const dropped: number[] = [];
	const reversed: number[] = [];
	for (const [axis, length] of node.shape.entries()) {
		const range = checkedRange(ranges[axis]);
		if (typeof range === 'number') {
			if (!Number.isInteger(range) || range < -length || range >= length)
				throw new RangeError(
					`slice: index ${range} on axis ${axis} of ${formatShape(node.shape)}; it must be a whole number from ${-length} to ${length - 1}`,
				);
			dropped.push(axis);
		}
		const bounds = typeof range === 'number' ? oneOf(range, length) : boundsOf(range, length);
		if (bounds.step < 0) reversed.push(axis);
		start.push(bounds.first);
		step.push(Math.abs(bounds.step));
		shape.push(bounds.count);
	}
	const whole =
		sameShape(shape, node.shape) && step.every((each) => each === 1) && reversed.length === 0;
	const part = whole ? node : record(primitives.slice, [node], { start, step, shape });
	return reshapeNode(
		flip(part, reversed),
		shape.filter((_, axis) => !dropped.includes(axis)),
	);
}

/** An index, or the bounds of a range, all of which may be left out. */
function checkedRange(range: Range | undefined): Exclude<Range, null> {
	if (range === null || range === undefined) return [];
	if (typeof range === 'number') return range;
	const bounds = checkedList('slice', 'a range', range);
	if (bounds.length > 3)
		throw new RangeError(
			`slice: a range holds ${bounds.length} numbers; it must be [start, stop, step]`,
		);
	for (const bound of bounds)
		if (bound !== undefined && bound !== null && !Number.isInteger(bound))
			throw new RangeError(`slice: a range holds ${describe(bound)}; it must hold whole numbers`);
	return range;
}

interface Bounds {
	/** The lowest index taken, `count` of them `|step|` apart; backwards if the step is negative. */
	readonly first: number;
	readonly step: number;
	readonly count: number;
}

function oneOf(index: number, length: number): Bounds {
	return { first: index < 0 ? index + length : index, step: 1, count: 1 };
}

function boundsOf(
	[start, stop, step = 1]: readonly [start?: number | null, stop?: number | null, step?: number],
	length: number,
): Bounds {
	if (step === 0) throw new RangeError('slice: step 0 in a range; it must not be 0');
	const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
	const bound = (at: number | null | undefined, otherwise: number): number =>
		at === undefined || at === null
			? otherwise
			: Math.min(Math.max(at < 0 ? at + length : at, least), most);
	const from = bound(start, step > 0 ? least : most);
	const to = bound(stop, step > 0 ? most : least);
	const count = Math.max(0, Math.ceil((to - from) / step));
	if (count === 0) return { first: 0, step: 1, count };
	return { first: step > 0 ? from : from + (count - 1) * step, step, count };
}

/** x with the order reversed along the given axes, or along all. */
export function flip(x: Operand, axes?: number | readonly number[]): Node {
	const node = toNode('flip', x);
	const normal = normalizeAxes('flip', axes, node.shape.length);
	return normal.length === 0 ? node : record(primitives.flip, [node], { axes: normal });
}

/** Tensors one after another along an axis; they agree in all other axes. */
export function concatenate(tensors: readonly Operand[], axis = 0): Node {
	const nodes = toNodes('concatenate', checkedList('concatenate', 'tensors', tensors));
	const rank = nodes[0]?.shape.length ?? 1;
	if (rank === 0)
		throw new ShapeError('concatenate: cannot concatenate scalars of shape []; stack them');
	const along = normalizeAxis('concatenate', axis, rank);
	return record(primitives.concatenate, nodes, { axis: along });
}

/** Tensors of one shape along a new axis of the result. */
export function stack(tensors: readonly Operand[], axis = 0): Node {
	const nodes = toNodes('stack', checkedList('stack', 'tensors', tensors));
	const [first] = nodes;
	if (first === undefined) throw new ShapeError('stack: got no tensors, needs at least one');
	const odd = nodes.find((node) => !sameShape(node.shape, first.shape));
	if (odd !== undefined)
		throw new ShapeError(
			`stack: shapes ${formatShape(first.shape)} and ${formatShape(odd.shape)} differ; they must be equal`,
		);
	const at = normalizeAxis('stack', axis, first.shape.length + 1);
	return concatenate(
		nodes.map((node) => expandDims(node, at)),
		at,
	);
}

/** x in pieces along an axis: a number of equal ones, or pieces of the given lengths. */
export function split(x: Operand, parts: number | readonly number[], axis = 0): Node[] {
	const node = toNode('split', x);
	const at = normalizeAxis('split', axis, node.shape.length);
	const length = node.shape[at];
	if (length === undefined) throw new ShapeError('split: cannot split a scalar of shape []');
	if (typeof parts === 'number' && (!Number.isInteger(parts) || parts < 1 || length % parts !== 0))
		throw new ShapeError(
			`split: axis ${at} of ${formatShape(node.shape)} has length ${length}, which is not ${parts} equal parts; pass the lengths`,
		);
	const lengths =
		typeof parts === 'number'
			? Array.from({ length: parts }, () => length / parts)
			: checkedNumbers('split', 'parts', parts, maximumSize);
	for (const each of lengths) checkedCount('split', 'a length', each);
	const total = lengths.reduce((sum, each) => sum + each, 0);
	if (total !== length)
		throw new ShapeError(
			`split: lengths ${formatShape(lengths)} add up to ${total}, axis ${at} of ${formatShape(node.shape)} has ${length}`,
		);
	const before = Array.from({ length: at }, () => null);
	let start = 0;
	return lengths.map((each) => {
		const part = slice(node, ...before, [start, start + each]);
		start += each;
		return part;
	});
}

function reshapeNode(x: Node, shape: Shape): Node {
	if (sameShape(x.shape, shape)) return x;
	return record(primitives.reshape, [x], { shape });
}

/** x with `axis` moved to the end, and the way back. */
export function lastAxis(x: Node, axis: number): { moved: Node; back(y: Node): Node } {
	const rank = x.shape.length;
	if (axis === rank - 1) return { moved: x, back: (y) => y };
	const order = x.shape.map((_, i) => i).toSpliced(axis, 1);
	order.push(axis);
	return {
		moved: permute(x, order),
		back: (y) =>
			permute(
				y,
				order.map((_, i) => order.indexOf(i)),
			),
	};
}
