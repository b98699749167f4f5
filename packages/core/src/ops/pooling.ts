import { checkedBoolean, checkedNumber, checkedOptions } from '../graph/arguments.ts';
import type { Node } from '../graph/node.ts';
import { largestInWindows } from './largestInWindows.ts';
import { type MaxPoolOptions, maxWindowsOf } from './maxPoolWindows.ts';
import { type Operand, toFloating } from './operand.ts';
import { pad } from './padding.ts';
import type { PerAxis } from './perAxis.ts';
import {
	countsWithin,
	frameOf,
	type PoolOptions,
	spatialOperand,
	widthsOf,
} from './poolingFrame.ts';
import { dividedAlong, sumInWindows } from './sumsInWindows.ts';

// Pooling as PyTorch's, of [batch, channels, ...spatial] or [channels, ...spatial].

/** Options of average pooling, stride and padding a number, or one for each spatial axis. */
export interface AvgPoolOptions extends PoolOptions {
	/** Whether padding counts where the sum is divided by the size of the window; true if left out. */
	readonly countIncludePad?: boolean;
	/** What every sum is divided by, a whole number other than 0, in place of what `countIncludePad` says. */
	readonly divisorOverride?: number;
}

/**
 * The largest element of each window of x, [batch, channels, length] or [channels, length]; NaN where one is. The first
 * of equals, or the first NaN, has all of the derivative. Padding never wins; a window of padding alone is a ShapeError.
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
	return largestInWindows(node, maxWindowsOf(operation, node, axes, kernelSize, options));
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
		'divisorOverride',
	]);
	const { countIncludePad, divisorOverride } = given;
	if (countIncludePad !== undefined) checkedBoolean(operation, 'countIncludePad', countIncludePad);
	if (divisorOverride !== undefined) checkDivisor(operation, divisorOverride, countIncludePad);
	const frame = frameOf(operation, node, axes, kernelSize, given);
	const sums = sumInWindows(pad(node, widthsOf(frame)), frame.windows);
	if (divisorOverride !== undefined) return sums.div(divisorOverride);
	return dividedAlong(sums, countsWithin(frame, countIncludePad ?? true));
}

function checkDivisor(operation: string, divisor: number, other: boolean | undefined): void {
	checkedNumber(operation, 'divisorOverride', divisor);
	if (!Number.isSafeInteger(divisor) || divisor === 0)
		throw new RangeError(
			`${operation}: divisorOverride is ${divisor}; it must be a whole number other than 0`,
		);
	if (other !== undefined)
		throw new TypeError(
			`${operation}: got countIncludePad, ${other}, and divisorOverride, ${divisor}, which each say what sums are divided by; pass one of them`,
		);
}
