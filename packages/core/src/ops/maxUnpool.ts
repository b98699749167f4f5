import { checkedOptions } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { checkShape, formatShape, sameShape } from '../graph/shape.ts';
import { maximum } from './arithmetic.ts';
import { addedAt } from './atPositions.ts';
import { type Operand, toFloating, toIndices } from './operand.ts';
import { checkedPerAxis, formatLengths, type PerAxis } from './perAxis.ts';
import { spatialOperand } from './poolingFrame.ts';

/** Options of `maxUnpool1d` and its kin, each a number, or one for each spatial axis. */
export interface MaxUnpoolOptions {
	/** How far the pooled windows are apart; their size if left out. */
	readonly stride?: PerAxis;
	/** How far they reach beyond both ends of what was pooled; 0 if left out. */
	readonly padding?: PerAxis;
	/**
	 * The lengths of what was pooled, less than a stride away from the shortest that as many windows cover, which they are if
	 * left out.
	 */
	readonly outputSize?: PerAxis;
}

/**
 * Zeros of the shape that was pooled, with the elements of x, [batch, channels, length] or [channels, length], at the indices
 * that `maxPool1dWithIndices` gave: an inverse but for what did not win. Several at one index give their mean, which is
 * their number where windows overlap; PyTorch leaves open which of them it takes. An index out of range is a RangeError when computed.
 */
export function maxUnpool1d(
	x: Operand,
	indices: Operand,
	kernelSize: PerAxis,
	options?: MaxUnpoolOptions,
): Node {
	return maxUnpool('maxUnpool1d', 1, x, indices, kernelSize, options);
}

/** As `maxUnpool1d`, of [batch, channels, rows, columns] or [channels, rows, columns]. */
export function maxUnpool2d(
	x: Operand,
	indices: Operand,
	kernelSize: PerAxis,
	options?: MaxUnpoolOptions,
): Node {
	return maxUnpool('maxUnpool2d', 2, x, indices, kernelSize, options);
}

/** As `maxUnpool2d`, of three spatial axes. */
export function maxUnpool3d(
	x: Operand,
	indices: Operand,
	kernelSize: PerAxis,
	options?: MaxUnpoolOptions,
): Node {
	return maxUnpool('maxUnpool3d', 3, x, indices, kernelSize, options);
}

function maxUnpool(
	operation: string,
	axes: number,
	x: Operand,
	indices: Operand,
	kernelSize: PerAxis,
	options: MaxUnpoolOptions | undefined,
): Node {
	const node = toFloating(spatialOperand(operation, axes, x));
	const positions = toIndices(operation, indices);
	if (!sameShape(positions.shape, node.shape))
		throw new ShapeError(
			`${operation}: x is ${formatShape(node.shape)} and indices are ${formatShape(positions.shape)}; they must be of one shape, as max pooling with indices gives them`,
		);
	const lead = node.shape.slice(0, node.shape.length - axes);
	const counts = node.shape.slice(lead.length);
	const shape = [...lead, ...outputSizeOf(operation, counts, kernelSize, options)];
	checkShape(operation, shape);
	const numbers = addedAt(node.onesLike(), positions, shape, axes);
	return addedAt(node, positions, shape, axes).div(maximum(numbers, 1));
}

function outputSizeOf(
	operation: string,
	counts: readonly number[],
	kernelSize: PerAxis,
	options: MaxUnpoolOptions | undefined,
): number[] {
	const given = checkedOptions(operation, options, ['stride', 'padding', 'outputSize']);
	const axes = counts.length;
	const size = checkedPerAxis(operation, 'kernelSize', kernelSize, axes, 1);
	const stride = checkedPerAxis(operation, 'stride', given.stride ?? kernelSize, axes, 1);
	const padding = checkedPerAxis(operation, 'padding', given.padding ?? 0, axes, 0);
	const shortest = counts.map(
		(count, axis) =>
			(count - 1) * (stride[axis] ?? 1) - 2 * (padding[axis] ?? 0) + (size[axis] ?? 1),
	);
	const output =
		given.outputSize === undefined
			? shortest
			: checkedPerAxis(operation, 'outputSize', given.outputSize, axes, 1);
	const isNear = output.every(
		(length, axis) => length > 0 && Math.abs(length - (shortest[axis] ?? 0)) < (stride[axis] ?? 1),
	);
	if (!isNear)
		throw new ShapeError(
			`${operation}: outputSize is ${formatLengths(output)}; of ${formatLengths(counts)} windows of ${formatLengths(size)} it must be from 1 and less than the stride, ${formatLengths(stride)}, away from ${formatLengths(shortest)}`,
		);
	return output;
}
