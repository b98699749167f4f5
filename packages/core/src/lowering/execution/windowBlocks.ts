import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { Convolution, WindowBlocks } from '../ir/kernel.ts';

/** The most steps along the inner axes of a packed block, which stays in a second-level cache. */
const maxInnerSteps = 512;
/** The most panels of a packed block: so often a block of the left operand is read from the same cache. */
const maxPanels = 8;
/** As many blocks are shared evenly, whatever the number of threads. */
const sharedBlocks = 32;

/** How a product with windows is cut into blocks, by its shape alone; `leftInner` are the left strides of the inner axes. */
export function windowBlocksOf(
	{ batch, inner, columns }: Pick<Convolution, 'batch' | 'inner' | 'columns'>,
	leftInner: readonly number[],
	panel: number,
): WindowBlocks {
	const panels = Math.ceil(sizeOf(columns) / panel);
	const ofBlock = Math.ceil((sizeOf(batch) * panels) / sharedBlocks);
	let axis = inner.length - 1;
	let after = 1;
	// An axis joins as a whole while two steps of the one before it fit, and the left operand goes through both in one stride.
	while (axis > 0) {
		const length = inner[axis] ?? 1;
		const joins = leftInner[axis - 1] === (leftInner[axis] ?? 0) * length;
		if (!joins || after * length * 2 > maxInnerSteps) break;
		after *= length;
		axis--;
	}
	const length = inner[axis] ?? 1;
	const count = Math.ceil((length * after) / maxInnerSteps);
	return {
		columns: panel * Math.max(1, Math.min(ofBlock, panels, maxPanels)),
		axis,
		length: Math.ceil(length / Math.max(count, 1)),
	};
}

/** The steps along the inner axes of a block. */
export function innerStepsOf(inner: Shape, { axis, length }: WindowBlocks): number {
	return length * sizeOf(inner.slice(axis + 1));
}

/** What threads share: the blocks of columns of all matrices. */
export function windowItems({
	batch,
	columns,
	blocks,
}: Pick<Convolution, 'batch' | 'columns' | 'blocks'>): number {
	return sizeOf(batch) * Math.ceil(sizeOf(columns) / blocks.columns);
}

/** The elements of a packed block. */
export function packedBlockSize(inner: Shape, blocks: WindowBlocks): number {
	return blocks.columns * innerStepsOf(inner, blocks);
}
