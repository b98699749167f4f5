import type { Node } from '../../graph/node.ts';
import type { ParamsOf } from '../../ops/primitives.ts';
import { packedBlockSize, windowBlocksOf, windowItems } from '../execution/windowBlocks.ts';
import { ExpressionBuilder, loadOf } from '../expressions/expressionBuilder.ts';
import type { Affine, Load } from '../ir/expression.ts';
import type { Convolution } from '../ir/kernel.ts';
import { identityMap } from '../nodes/indexMap.ts';
import type { KernelContext } from './context.ts';

/** Blocks that are computed at once: enough for many threads to share, and no more memory than a few take. */
const maxParts = 32;

/** An axis that is looped over, and how far a step along it moves each operand. */
interface Axis {
	readonly length: number;
	readonly left: number;
	readonly right: number;
}

/**
 * The kernel of a convolution: with images first, a product for each image and group; with channels first, one for each
 * group, whose columns are the windows of all images.
 */
export function convolutionKernel(node: Node, context: KernelContext): Convolution {
	const { stride, dilation, first } = node.params as ParamsOf<'convolution'>; // by its rule
	const { buffers, target } = context;
	const [images, kernels] = node.inputs as readonly [Node, Node]; // of a convolution
	const [x, w] = [loaded(images, context), loaded(kernels, context)];
	const rank = stride.length;
	const leading = images.shape.length - rank - 3;
	const outer = Array.from({ length: leading }, (_, axis) => axis);
	const [ofImages, ofGroups, ofChannels] = [leading, leading + 1, leading + 2];
	const stepOf = ({ at }: Load, axis: number): number => at.strides[axis] ?? 0;
	const axisOf = (length: number, left: number, right: number): Axis => ({ length, left, right });
	const image = axisOf(images.shape[ofImages] ?? 0, 0, stepOf(x, ofImages));
	const batch = [...outer, ofGroups].map((axis) =>
		axisOf(images.shape[axis] ?? 0, stepOf(w, axis === ofGroups ? leading : axis), stepOf(x, axis)),
	);
	if (first === 'images') batch.splice(leading, 0, image);
	const inner = merged([
		axisOf(images.shape[ofChannels] ?? 0, stepOf(w, ofChannels), stepOf(x, ofChannels)),
		...dilation.map((step, axis) =>
			axisOf(
				kernels.shape[leading + 3 + axis] ?? 0,
				stepOf(w, leading + 3 + axis),
				step * stepOf(x, leading + 3 + axis),
			),
		),
	]);
	const columns = merged([
		...(first === 'channels' ? [image] : []),
		...stride.map((step, axis) =>
			axisOf(node.shape.at(axis - rank) ?? 0, 0, step * stepOf(x, leading + 3 + axis)),
		),
	]);
	const lengths = {
		batch: batch.map(({ length }) => length),
		inner: inner.map(({ length }) => length),
		columns: columns.map(({ length }) => length),
	};
	const panel = target.tileColumns[node.dtype];
	const blocks = windowBlocksOf(
		lengths,
		inner.map(({ left }) => left),
		panel,
	);
	const parts = Math.max(1, Math.min(maxParts, windowItems({ ...lengths, blocks })));
	return {
		kind: 'convolution',
		...lengths,
		rows: kernels.shape[leading + 1] ?? 0,
		left: {
			buffer: w.buffer,
			at: reached(w.at, [
				...batch.map(({ left }) => left),
				stepOf(w, leading + 1),
				...inner.map(({ left }) => left),
			]),
		},
		right: {
			buffer: x.buffer,
			at: reached(
				x.at,
				[batch, inner, columns].flatMap((axes) => axes.map(({ right }) => right)),
			),
		},
		output: buffers.of(node),
		accumulator: target.productAccumulators[node.dtype],
		blocks,
		parts,
		scratch: buffers.make(node.dtype, parts * packedBlockSize(lengths.inner, blocks)),
	};
}

function reached({ offset }: Affine, strides: readonly number[]): Affine {
	return { offset, strides };
}

/** Where a Node's elements are loaded from, axis by axis. */
function loaded(node: Node, { materialized, buffers }: KernelContext): Load {
	const rank = node.shape.length;
	const builder = new ExpressionBuilder(
		rank,
		materialized,
		(each, map) => loadOf(each, map, rank, (base) => buffers.of(base)),
		'memory',
	);
	const load = builder.at(node, identityMap(node.shape));
	if (load.kind !== 'load') throw new Error('internal: a convolution of what is not stored');
	return load;
}

/** Fewer axes, of the same positions: those of length 1 left out, neighbours that both operands go through in one stride as one. */
function merged(axes: readonly Axis[]): Axis[] {
	const kept: Axis[] = [];
	for (const axis of axes) {
		if (axis.length === 1) continue;
		const outer = kept.at(-1);
		if (
			outer !== undefined &&
			outer.left === axis.left * axis.length &&
			outer.right === axis.right * axis.length
		)
			kept[kept.length - 1] = { ...axis, length: outer.length * axis.length };
		else kept.push(axis);
	}
	return kept.length === 0 ? [{ length: 1, left: 0, right: 0 }] : kept;
}
