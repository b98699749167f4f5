import { checkedBoolean, checkedCount, checkedNumber, checkedOptions } from '../graph/arguments.ts';
import { checkedDType, type DType, floatingOf } from '../graph/dtype.ts';
import { ShapeError } from '../graph/errors.ts';
import { type Node, record } from '../graph/node.ts';
import {
	broadcastShapes,
	checkShape,
	formatShape,
	normalizeAxis,
	sameShape,
} from '../graph/shape.ts';
import { broadcastNode, lastAxis } from './movement.ts';
import { castTo, type Operand, toIndices, toNode } from './operand.ts';
import { primitives } from './primitives.ts';

/** Where `gather` picks: along `axis` of x, the first `batch` axes being shared with the indices. */
export interface GatherOptions {
	readonly axis?: number;
	readonly batch?: number;
	/** Whether negative indices count from the end, as they do unless told; otherwise they are out of range. */
	readonly fromEnd?: boolean;
}

/**
 * The slices of x at `indices` along an axis: x [batch..., before..., length, after...] and
 * indices [batch..., picks...] give [batch..., before..., picks..., after...]. Negative indices count
 * from the end; one out of range is a RangeError when the value is computed.
 */
export function gather(x: Operand, indices: Operand, options?: GatherOptions): Node {
	const { axis, batch, fromEnd } = checkedGather('gather', options);
	const node = toNode('gather', x);
	const picks = toIndices('gather', indices);
	const at = axisAfter('gather', axis, node, picks, batch);
	return record(primitives.gather, [node, picks], { axis: at, batch, fromEnd });
}

/** The slices of x at `indices` along an axis, as NumPy's take: [before..., picks..., after...]. */
export function take(x: Operand, indices: Operand, axis = 0): Node {
	const node = toNode('take', x);
	const picks = toIndices('take', indices);
	const at = axisAfter('take', axis, node, picks, 0);
	return record(primitives.gather, [node, picks], { axis: at, batch: 0, fromEnd: true });
}

/** Along an axis, the element that each index says: x and indices agree, or broadcast, in all other axes. */
export function takeAlongAxis(x: Operand, indices: Operand, axis: number): Node {
	const node = toNode('takeAlongAxis', x);
	const picks = toIndices('takeAlongAxis', indices);
	const rank = node.shape.length;
	if (rank === 0 || picks.shape.length !== rank)
		throw new ShapeError(
			`takeAlongAxis: indices ${formatShape(picks.shape)} into ${formatShape(node.shape)}; both need the same rank, from 1`,
		);
	const at = normalizeAxis('takeAlongAxis', axis, rank);
	const from = lastAxis(node, at);
	const by = lastAxis(picks, at);
	const others = broadcastShapes('takeAlongAxis', [
		from.moved.shape.slice(0, -1),
		by.moved.shape.slice(0, -1),
	]);
	const [length = 0, count = 0] = [from.moved.shape.at(-1), by.moved.shape.at(-1)];
	return from.back(
		record(
			primitives.gather,
			[broadcastNode(from.moved, [...others, length]), broadcastNode(by.moved, [...others, count])],
			{ axis: rank - 1, batch: rank - 1, fromEnd: true },
		),
	);
}

/**
 * Zeros [batch..., before..., size, after...] with the updates [batch..., before..., picks..., after...]
 * added at `indices` [batch..., picks...] along an axis; the transpose of `gather`.
 */
export function scatterAdd(
	updates: Operand,
	indices: Operand,
	options: GatherOptions & { readonly size: number },
): Node {
	const { size: length, ...others } = checkedOptions('scatterAdd', options, [
		'axis',
		'batch',
		'fromEnd',
		'size',
	]);
	const { axis: at, batch, fromEnd } = checkedGather('scatterAdd', others);
	const size = checkedCount('scatterAdd', 'size', length);
	const node = toNode('scatterAdd', updates);
	const picks = toIndices('scatterAdd', indices);
	const spread = picks.shape.slice(batch);
	const fits =
		Number.isInteger(at) &&
		at >= batch &&
		at <= node.shape.length &&
		batch <= picks.shape.length &&
		sameShape(node.shape.slice(0, batch), picks.shape.slice(0, batch)) &&
		sameShape(node.shape.slice(at, at + spread.length), spread);
	if (!fits)
		throw new ShapeError(
			`scatterAdd: updates ${formatShape(node.shape)} do not hold indices ${formatShape(picks.shape)} at axis ${at} after ${batch} shared axes`,
		);
	return record(primitives.scatterAdd, [node, picks], { axis: at, batch, size, fromEnd });
}

/** Rows of zeros with a 1 at each label: [..., classes]. A label out of range, or negative, is a RangeError when computed. */
export function oneHot(
	labels: Operand,
	classes: number,
	options?: { readonly dtype?: DType },
): Node {
	const { dtype = 'f32' } = checkedOptions('oneHot', options, ['dtype']);
	checkedDType('oneHot', dtype);
	const picks = toIndices('oneHot', labels);
	const batch = picks.shape.length;
	checkShape('oneHot', [...picks.shape, checkedCount('oneHot', 'classes', classes)]);
	const updates = castTo(picks.onesLike(), floatingOf(dtype));
	const rows = record(primitives.scatterAdd, [updates, picks], {
		axis: batch,
		batch,
		size: classes,
		fromEnd: false,
	});
	return castTo(rows, dtype);
}

function checkedGather(
	operation: string,
	options: GatherOptions | undefined,
): Required<GatherOptions> {
	const {
		axis,
		batch = 0,
		fromEnd = true,
	} = checkedOptions(operation, options, ['axis', 'batch', 'fromEnd']);
	checkedCount(operation, 'batch', batch);
	checkedBoolean(operation, 'fromEnd', fromEnd);
	return { axis: checkedNumber(operation, 'axis', axis ?? batch), batch, fromEnd };
}

function axisAfter(operation: string, axis: number, x: Node, indices: Node, batch: number): number {
	const rank = x.shape.length;
	if (rank === 0) throw new ShapeError(`${operation}: cannot index a scalar of shape []`);
	const at = normalizeAxis(operation, axis, rank);
	if (at < batch)
		throw new RangeError(
			`${operation}: axis ${axis} is among the ${batch} shared axes; it must follow them`,
		);
	if (!sameShape(x.shape.slice(0, batch), indices.shape.slice(0, batch)))
		throw new ShapeError(
			`${operation}: ${formatShape(x.shape)} and indices ${formatShape(indices.shape)} differ in the first ${batch} axes; they must be equal there`,
		);
	return at;
}
