import type { DType } from '../../graph/dtype.ts';
import { Node } from '../../graph/node.ts';
import { sizeOf } from '../../graph/shape.ts';
import { primitives } from '../../ops/primitives.ts';
import { nodeOf } from '../nodes/nodeOf.ts';
import type { Target } from '../target.ts';

/**
 * A reduction of many elements to so few that threads could not share it: along the last axes first, for many rows,
 * then of what these gave. The Node itself if it is none. By shapes alone, as everything that decides about bits.
 */
export function splitReduction(node: Node, { sharing, accumulators }: Target): Node {
	const { primitive, params } = node;
	const x = node.inputs[0];
	const foldable =
		primitive === primitives.sum || primitive === primitives.max || primitive === primitives.min;
	if (!foldable || x === undefined) return node;
	const { axes } = params as { readonly axes: readonly number[] }; // of these three, ascending
	const few = sizeOf(node.shape);
	if (few >= sharing.rows || sizeOf(x.shape) < sharing.elements) return node;
	// What the first step finds is rounded no more than what one step keeps on the way.
	const kept = primitive === primitives.sum ? accumulators[x.dtype] : x.dtype;
	let rows = few;
	for (const [i, axis] of axes.slice(0, -1).entries()) {
		rows *= x.shape[axis] ?? 1;
		if (rows < sharing.rows) continue;
		const inner = new Node(primitive, [inDType(x, kept)], { axes: axes.slice(i + 1) });
		return inDType(new Node(primitive, [inner], { axes: axes.slice(0, i + 1) }), x.dtype);
	}
	return node;
}

function inDType(node: Node, dtype: DType): Node {
	return node.dtype === dtype ? node : nodeOf('cast', [node], { dtype });
}
