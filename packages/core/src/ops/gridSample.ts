import { checkedBoolean, checkedOptions } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { formatShape, type Shape } from '../graph/shape.ts';
import { clip } from './arithmetic.ts';
import { where } from './comparison.ts';
import { gather } from './indexing.ts';
import { reshape } from './movement.ts';
import { type Operand, toFloating, toNodes } from './operand.ts';

/** What `gridSample` sees beyond an image, and where -1 and 1 lie. */
export interface GridSampleOptions {
	/** 'zeros' if left out, or the element at the 'border'. */
	readonly paddingMode?: 'zeros' | 'border';
	/** Whether -1 and 1 are the centres of the first and last elements, rather than the edges around them. */
	readonly alignCorners?: boolean;
}

/**
 * Images [N, C, H, W] at positions [N, Ho, Wo, 2], which are x and y from -1 to 1 across the image: [N, C, Ho, Wo], between
 * the four neighbours of each position (Jaderberg et al. 2015), as PyTorch's grid_sample. Differentiable in both; NaN where
 * a position is. Throws ShapeError where shapes do not fit, or images are empty.
 */
export function gridSample(x: Operand, grid: Operand, options?: GridSampleOptions): Node {
	const { paddingMode = 'zeros', alignCorners = false } = checkedOptions('gridSample', options, [
		'paddingMode',
		'alignCorners',
	]);
	if (paddingMode !== 'zeros' && paddingMode !== 'border')
		throw new RangeError(
			`gridSample: paddingMode is ${describe(paddingMode)}; it must be one of zeros, border`,
		);
	checkedBoolean('gridSample', 'alignCorners', alignCorners);
	const [image, positions] = toNodes('gridSample', [x, grid]).map(toFloating) as [Node, Node]; // as many as were passed
	const [count, channels, height, width] = checkedSampling(image.shape, positions.shape);
	const zeros = paddingMode === 'zeros';
	const columns = neighbours(positions.slice(null, null, null, 0), width, alignCorners, zeros);
	const rows = neighbours(positions.slice(null, null, null, 1), height, alignCorners, zeros);
	const flat = reshape(image, [count, channels, height * width]);
	const terms = rows.flatMap((row) =>
		columns.map((column) => {
			const indices = row.index.mul(width).add(column.index);
			const picked = gather(flat, indices, { axis: 2, batch: 1, fromEnd: false });
			const inside = row.inside.logicalAnd(column.inside).expandDims(1);
			const seen = zeros ? where(inside, picked, 0) : picked;
			return seen.mul(row.weight.mul(column.weight).expandDims(1));
		}),
	);
	return terms.reduce((sum, term) => sum.add(term));
}

function checkedSampling(image: Shape, grid: Shape): readonly [number, number, number, number] {
	const [count = 0, channels = 0, height = 0, width = 0] = image;
	if (image.length !== 4 || grid.length !== 4 || grid[3] !== 2 || count !== grid[0])
		throw new ShapeError(
			`gridSample: images ${formatShape(image)} and positions ${formatShape(grid)} do not fit; they must be [N, C, H, W] and [N, Ho, Wo, 2]`,
		);
	if (height === 0 || width === 0)
		throw new ShapeError(`gridSample: images ${formatShape(image)} have no elements to go between`);
	return [count, channels, height, width];
}

/** One of the two neighbours of each position along an axis. */
interface Neighbour {
	readonly index: Node;
	readonly weight: Node;
	/** Whether it is part of the image; its index is one of the image in any case. */
	readonly inside: Node;
}

function neighbours(
	grid: Node,
	length: number,
	alignCorners: boolean,
	beyond: boolean,
): readonly Neighbour[] {
	const at = alignCorners
		? grid.add(1).mul((length - 1) / 2)
		: grid.add(1).mul(length).sub(1).div(2);
	// A step beyond the image everything is 0 already, however far; the border goes on with derivative 0, at its ends, too.
	// NaN stays what it is.
	const [low, high] = beyond ? [-1, length] : [0, length - 1];
	const [isBefore, isAfter] = beyond
		? [at.less(low), at.greater(high)]
		: [at.lessEqual(low), at.greaterEqual(high)];
	const near = where(isBefore, low, where(isAfter, high, at));
	const floor = near.floor();
	const share = near.sub(floor);
	const first = where(floor.isNaN(), 0, floor).cast('i32');
	return [neighbour(first, share.neg().add(1), length), neighbour(first.add(1), share, length)];
}

function neighbour(index: Node, weight: Node, length: number): Neighbour {
	return {
		index: clip(index, 0, length - 1),
		weight,
		inside: index.greaterEqual(0).logicalAnd(index.less(length)),
	};
}
