import {
	type AvgPoolOptions,
	avgPool1d,
	avgPool2d,
	avgPool3d,
	type MaxPoolOptions,
	maxPool1d,
	maxPool2d,
	maxPool3d,
	type Node,
	type Operand,
	type PerAxis,
} from '@pullback/core';
import { checkedBoolean, checkedOptions } from '@pullback/core/arguments';
import type { KeepsChannels } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { perAxis } from './layerArguments.ts';

// Pooling as PyTorch's, of [batch, channels, ...spatial] or [channels, ...spatial].

/** The part that max pooling along any number of axes shares. */
abstract class MaxPool extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsChannels;
	readonly kernelSize: PerAxis;
	readonly stride: PerAxis;
	readonly padding: PerAxis;
	readonly dilation: PerAxis;
	readonly ceilMode: boolean;
	readonly #pool: typeof maxPool1d;

	constructor(
		axes: number,
		pool: typeof maxPool1d,
		kernelSize: PerAxis,
		options: MaxPoolOptions | undefined,
	) {
		super();
		const { name } = new.target;
		const given = checkedOptions(name, options, ['stride', 'padding', 'dilation', 'ceilMode']);
		const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = given;
		this.kernelSize = perAxis(name, 'kernelSize', kernelSize, axes, 1);
		this.stride = perAxis(name, 'stride', stride, axes, 1);
		this.padding = perAxis(name, 'padding', padding, axes, 0);
		this.dilation = perAxis(name, 'dilation', dilation, axes, 1);
		this.ceilMode = checkedBoolean(name, 'ceilMode', ceilMode);
		this.#pool = pool;
	}

	override forward(x: Operand): Node {
		const { stride, padding, dilation, ceilMode } = this;
		return this.#pool(x, this.kernelSize, { stride, padding, dilation, ceilMode });
	}
}

/** The part that average pooling along any number of axes shares. */
abstract class AvgPool extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsChannels;
	readonly kernelSize: PerAxis;
	readonly stride: PerAxis;
	readonly padding: PerAxis;
	readonly ceilMode: boolean;
	readonly countIncludePad: boolean;
	readonly #pool: typeof avgPool1d;

	constructor(
		axes: number,
		pool: typeof avgPool1d,
		kernelSize: PerAxis,
		options: AvgPoolOptions | undefined,
	) {
		super();
		const { name } = new.target;
		const known = ['stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
		const given = checkedOptions(name, options, known);
		const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = given;
		this.kernelSize = perAxis(name, 'kernelSize', kernelSize, axes, 1);
		this.stride = perAxis(name, 'stride', stride, axes, 1);
		this.padding = perAxis(name, 'padding', padding, axes, 0);
		this.ceilMode = checkedBoolean(name, 'ceilMode', ceilMode);
		this.countIncludePad = checkedBoolean(name, 'countIncludePad', countIncludePad);
		this.#pool = pool;
	}

	override forward(x: Operand): Node {
		const { stride, padding, ceilMode, countIncludePad } = this;
		return this.#pool(x, this.kernelSize, { stride, padding, ceilMode, countIncludePad });
	}
}

/** The largest element of each window of signals [batch, channels, length], or of one, as core's `maxPool1d`. */
export class MaxPool1d extends MaxPool {
	constructor(kernelSize: PerAxis, options?: MaxPoolOptions) {
		super(1, maxPool1d, kernelSize, options);
	}
}

/** The largest element of each window of images [batch, channels, height, width], or of one, as core's `maxPool2d`. */
export class MaxPool2d extends MaxPool {
	constructor(kernelSize: PerAxis, options?: MaxPoolOptions) {
		super(2, maxPool2d, kernelSize, options);
	}
}

/** The largest element of each window of volumes [batch, channels, depth, height, width], or of one. */
export class MaxPool3d extends MaxPool {
	constructor(kernelSize: PerAxis, options?: MaxPoolOptions) {
		super(3, maxPool3d, kernelSize, options);
	}
}

/** The mean of each window of signals [batch, channels, length], or of one, as core's `avgPool1d`. */
export class AvgPool1d extends AvgPool {
	constructor(kernelSize: PerAxis, options?: AvgPoolOptions) {
		super(1, avgPool1d, kernelSize, options);
	}
}

/** The mean of each window of images [batch, channels, height, width], or of one, as core's `avgPool2d`. */
export class AvgPool2d extends AvgPool {
	constructor(kernelSize: PerAxis, options?: AvgPoolOptions) {
		super(2, avgPool2d, kernelSize, options);
	}
}

/** The mean of each window of volumes [batch, channels, depth, height, width], or of one. */
export class AvgPool3d extends AvgPool {
	constructor(kernelSize: PerAxis, options?: AvgPoolOptions) {
		super(3, avgPool3d, kernelSize, options);
	}
}
