import { checkedOptions } from '../graph/arguments.ts';
import type { Node } from '../graph/node.ts';
import type { PerAxis } from './perAxis.ts';
import { frameOf, type PoolOptions, widthsOf } from './poolingFrame.ts';
import type { PaddedWindows } from './winnersInWindows.ts';

/** Options of max pooling, stride, padding and dilation a number, or one for each spatial axis. */
export interface MaxPoolOptions extends PoolOptions {
	/** How far neighbours within a window are apart; 1 if left out. */
	readonly dilation?: PerAxis;
}

/** The windows that options of max pooling ask for, over x and its padding. */
export function maxWindowsOf(
	operation: string,
	x: Node,
	axes: number,
	kernelSize: PerAxis,
	options: MaxPoolOptions | undefined,
): PaddedWindows {
	const given = checkedOptions(operation, options, ['stride', 'padding', 'dilation', 'ceilMode']);
	const frame = frameOf(operation, x, axes, kernelSize, given, given.dilation);
	return { ...frame.windows, widths: widthsOf(frame) };
}
