import {
	adaptiveAvgPool1d,
	adaptiveAvgPool2d,
	adaptiveAvgPool3d,
	adaptiveMaxPool1d,
	adaptiveMaxPool2d,
	adaptiveMaxPool3d,
	flatten,
	formatShape,
	max,
	mean,
	type Node,
	type Operand,
	type PerAxis,
	ShapeError,
} from '@pullback/core';
import { toNode } from '@pullback/core/arguments';
import type { KeepsChannels } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { perAxis } from './layerArguments.ts';

// Pooling into a given number of cells, of [batch, channels, ...spatial] or [channels, ...spatial].

/** The part that all pooling into cells shares. */
abstract class AdaptivePool extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsChannels;
	readonly outputSize: PerAxis;
	readonly #pool: typeof adaptiveMaxPool1d;

	constructor(axes: number, pool: typeof adaptiveMaxPool1d, outputSize: PerAxis) {
		super();
		this.outputSize = perAxis(new.target.name, 'outputSize', outputSize, axes, 1);
		this.#pool = pool;
	}

	override forward(x: Operand): Node {
		return this.#pool(x, this.outputSize);
	}
}

/** The largest element of each of `outputSize` cells of signals [batch, channels, length], or of one. */
export class AdaptiveMaxPool1d extends AdaptivePool {
	constructor(outputSize: PerAxis) {
		super(1, adaptiveMaxPool1d, outputSize);
	}
}

/** The largest element of each of `outputSize` cells of images [batch, channels, height, width], or of one. */
export class AdaptiveMaxPool2d extends AdaptivePool {
	constructor(outputSize: PerAxis) {
		super(2, adaptiveMaxPool2d, outputSize);
	}
}

/** The largest element of each of `outputSize` cells of volumes [batch, channels, depth, height, width], or of one. */
export class AdaptiveMaxPool3d extends AdaptivePool {
	constructor(outputSize: PerAxis) {
		super(3, adaptiveMaxPool3d, outputSize);
	}
}

/** The mean of each of `outputSize` cells of signals [batch, channels, length], or of one. */
export class AdaptiveAvgPool1d extends AdaptivePool {
	constructor(outputSize: PerAxis) {
		super(1, adaptiveAvgPool1d, outputSize);
	}
}

/** The mean of each of `outputSize` cells of images [batch, channels, height, width], or of one. */
export class AdaptiveAvgPool2d extends AdaptivePool {
	constructor(outputSize: PerAxis) {
		super(2, adaptiveAvgPool2d, outputSize);
	}
}

/** The mean of each of `outputSize` cells of volumes [batch, channels, depth, height, width], or of one. */
export class AdaptiveAvgPool3d extends AdaptivePool {
	constructor(outputSize: PerAxis) {
		super(3, adaptiveAvgPool3d, outputSize);
	}
}

/** The mean of every channel: x [batch, channels, ...spatial] gives [batch, channels]. */
export class GlobalAvgPool extends Module {
	override forward(x: Operand): Node {
		return mean(channelsOf('GlobalAvgPool', x), 2);
	}
}

/** The largest element of every channel, the first of equals having all of the derivative: x [batch, channels, ...spatial] gives [batch, channels]. */
export class GlobalMaxPool extends Module {
	override forward(x: Operand): Node {
		return max(channelsOf('GlobalMaxPool', x), 2);
	}
}

/** x as [batch, channels, elements], of which there must be some. */
function channelsOf(operation: string, x: Operand): Node {
	const node = toNode(operation, x);
	if (node.shape.length < 3 || node.shape.slice(2).includes(0))
		throw new ShapeError(
			`${operation}: got shape ${formatShape(node.shape)}; it must be [batch, channels, ...spatial] with spatial axes that are not empty`,
		);
	return flatten(node, 2);
}
