import { allocate, type Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { formatShape, sizeOf } from '../graph/shape.ts';
import type { ParamsOf } from '../ops/primitives.ts';
import type { Kernel } from './kernel.ts';

/** x as [batch, before, length, after], indices as [batch, picks], the flat result as [batch, before, picks, after]. */
interface Extents {
	readonly batch: number;
	readonly before: number;
	readonly length: number;
	readonly picks: number;
	readonly after: number;
	readonly fromEnd: boolean;
}

export const gather: Kernel<ParamsOf<'gather'>> = (
	[x, indices],
	node,
	{ axis, batch, fromEnd },
) => {
	const [whole, picks] = node.inputs;
	if (!x || !indices || !whole || !picks) throw new Error('internal: gather without inputs');
	const { shape } = whole;
	const extents: Extents = {
		batch: sizeOf(shape.slice(0, batch)),
		before: sizeOf(shape.slice(batch, axis)),
		length: shape[axis] ?? 0,
		picks: sizeOf(picks.shape.slice(batch)),
		after: sizeOf(shape.slice(axis + 1)),
		fromEnd,
	};
	const out = allocate(node.dtype, sizeOf(node.shape));
	const { after } = extents;
	eachPick('gather', extents, indices, picks, (compact, spread) => {
		if (after >= 16) out.set(x.subarray(spread, spread + after), compact);
		else for (let i = 0; i < after; i++) out[compact + i] = x[spread + i]!;
	});
	return out;
};

export const scatterAdd: Kernel<ParamsOf<'scatterAdd'>> = (
	[updates, indices],
	node,
	{ axis, batch, fromEnd },
) => {
	const picks = node.inputs[1];
	if (!updates || !indices || !picks) throw new Error('internal: scatterAdd without inputs');
	const { shape } = node;
	const extents: Extents = {
		batch: sizeOf(shape.slice(0, batch)),
		before: sizeOf(shape.slice(batch, axis)),
		length: shape[axis] ?? 0,
		picks: sizeOf(picks.shape.slice(batch)),
		after: sizeOf(shape.slice(axis + 1)),
		fromEnd,
	};
	// Many small updates of one f32 element would be rounded one by one.
	const total = allocate(node.dtype === 'f32' ? 'f64' : node.dtype, sizeOf(shape));
	const { after } = extents;
	eachPick('scatterAdd', extents, indices, picks, (compact, spread) => {
		for (let i = 0; i < after; i++) total[spread + i]! += updates[compact + i]!;
	});
	return node.dtype === 'f32' ? Float32Array.from(total) : total;
};

/** Visits each slice of `after` elements by its position among the picks, and among the whole. */
function eachPick(
	operation: string,
	{ batch, before, length, picks, after, fromEnd }: Extents,
	indices: Data,
	node: Node,
	visit: (compact: number, spread: number) => void,
): void {
	const lowest = fromEnd ? -length : 0;
	for (let b = 0; b < batch; b++)
		for (let o = 0; o < before; o++)
			for (let p = 0; p < picks; p++) {
				const index = indices[b * picks + p]!;
				if (index < lowest || index >= length)
					throw new RangeError(
						`${operation}: index ${index} at position ${b * picks + p} of indices ${formatShape(node.shape)} is out of range for length ${length}; it must be from ${lowest} to ${length - 1}`,
					);
				const at = index < 0 ? index + length : index;
				const outer = b * before + o;
				visit((outer * picks + p) * after, (outer * length + at) * after);
			}
}
