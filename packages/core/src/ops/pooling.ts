import { checkedBoolean, checkedOptions } from '../graph/arguments.ts';
import { isFloating, ranges } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { largestInWindows } from './largestInWindows.ts';
import { type Operand, toFloating } from './operand.ts';
import type { PerAxis } from './perAxis.ts';
import { countsWithin, framed, frameOf, type PoolOptions, spatialOperand } from './poolingFrame.ts';
import { dividedAlong, sumInWindows } from './sumsInWindows.ts';

// Pooling as PyTorch's, of [batch, channels, ...spatial] or [channels, ...spatial].

/** Options of max pooling, each of the first three a number, or one for each spatial axis. */
export interface MaxPoolOptions extends PoolOptions {
	/** How far neighbours within a window are apart; 1 if left out. */
	readonly dilation?: PerAxis;
}

/** Options of average pooling, each of the first two a number, or one for each spatial axis. */
export interface AvgPoolOptions extends PoolOptions {
	/** Whether padding counts where the sum is divided by the size of the window; true if left out. */
	readonly countIncludePad?: boolean;
}

/**
 * The largest element of each window of x, [batch, channels, length] or [channels, length]; NaN where one is. The first
 * of equals has all of the derivative. Padding never wins; a window of padding alone is a ShapeError.
 */
export function maxPool1d(x: Operand, kernelSize: PerAxis, options?: MaxPoolOptions): Node {
	return maxPool('maxPool1d', 1, x, kernelSize, options);
}

/** As `maxPool1d`, of [batch, channels, rows, columns] or [channels, rows, columns]; the first of equals in row-major order. */
export function maxPool2d(x: Operand, kernelSize: PerAxis, options?: MaxPoolOptions): Node {
	return maxPool('maxPool2d', 2, x, kernelSize, options);
}

/** As `maxPool2d`, of three spatial axes. */
export function maxPool3d(x: Operand, kernelSize: PerAxis, options?: MaxPoolOptions): Node {
	return maxPool('maxPool3d', 3, x, kernelSize, options);
}

/** The mean of each window of x, [batch, channels, length] or [channels, length]. */
export function avgPool1d(x: Operand, kernelSize: PerAxis, options?: AvgPoolOptions): Node {
	return avgPool('avgPool1d', 1, x, kernelSize, options);
}

/** The mean of each window of x, [batch, channels, rows, columns] or [channels, rows, columns]. */
export function avgPool2d(x: Operand, kernelSize: PerAxis, options?: AvgPoolOptions): Node {
	return avgPool('avgPool2d', 2, x, kernelSize, options);
}

/** As `avgPool2d`, of three spatial axes. */
export function avgPool3d(x: Operand, kernelSize: PerAxis, options?: AvgPoolOptions): Node {
	return avgPool('avgPool3d', 3, x, kernelSize, options);
}

function maxPool(
	operation: string,
	axes: number,
	x: Operand,
	kernelSize: PerAxis,
	options: MaxPoolOptions | undefined,
): Node {
	const node = spatialOperand(operation, axes, x);
	const given = checkedOptions(operation, options, ['stride', 'padding', 'dilation', 'ceilMode']);
	const frame = frameOf(operation, node, axes, kernelSize, given, given.dilation);
	const lowest = isFloating(node.dtype) ? -Infinity : ranges[node.dtype][0];
	return largestInWindows(framed(node, frame, lowest), frame.windows, frame.padding);
}

function avgPool(
	operation: string,
	axes: number,
	x: Operand,
	kernelSize: PerAxis,
	options: AvgPoolOptions | undefined,
): Node {
	const node = toFloating(spatialOperand(operation, axes, x));
	const given = checkedOptions(operation, options, [
		'stride',
		'padding',
		'ceilMode',
		'countIncludePad',
	]);
	const { countIncludePad = true } = given;
	checkedBoolean(operation, 'countIncludePad', countIncludePad);
	const frame = frameOf(operation, node, axes, kernelSize, given);
	const sums = sumInWindows(framed(node, frame, 0), frame.windows);
	return dividedAlong(sums, countsWithin(frame, countIncludePad));
}
