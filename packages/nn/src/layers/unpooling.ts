import {
	type MaxUnpoolOptions,
	maxUnpool1d,
	maxUnpool2d,
	maxUnpool3d,
	type Node,
	type Operand,
	type PerAxis,
} from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { Module } from '../modules/module.ts';
import { perAxis } from './layerArguments.ts';

// The inverse of max pooling but for what did not win, as PyTorch's, of [batch, channels, ...spatial] or [channels, ...spatial].

/** The windows of the pooling: what it was given. The lengths of its input are an argument of each call. */
type UnpoolingOptions = Omit<MaxUnpoolOptions, 'outputSize'>;

/** The part that unpooling along any number of axes shares. */
abstract class MaxUnpool extends Module<
	[x: Operand, indices: Operand, outputSize?: PerAxis],
	Node
> {
	readonly kernelSize: PerAxis;
	readonly stride: PerAxis;
	readonly padding: PerAxis;
	readonly #unpool: typeof maxUnpool1d;

	constructor(
		axes: number,
		unpool: typeof maxUnpool1d,
		kernelSize: PerAxis,
		options: UnpoolingOptions | undefined,
	) {
		super();
		const { name } = new.target;
		const given = checkedOptions(name, options, ['stride', 'padding']);
		const { stride = kernelSize, padding = 0 } = given;
		this.kernelSize = perAxis(name, 'kernelSize', kernelSize, axes, 1);
		this.stride = perAxis(name, 'stride', stride, axes, 1);
		this.padding = perAxis(name, 'padding', padding, axes, 0);
		this.#unpool = unpool;
	}

	/** The elements of x at the indices of the pooling, in zeros of its spatial lengths, the shortest possible if left out. */
	override forward(x: Operand, indices: Operand, outputSize?: PerAxis): Node {
		const { stride, padding } = this;
		const size = outputSize === undefined ? {} : { outputSize };
		return this.#unpool(x, indices, this.kernelSize, { stride, padding, ...size });
	}
}

/** Zeros with the elements of x at the indices that core's `maxPool1dWithIndices` gave of signals, as core's `maxUnpool1d`. */
export class MaxUnpool1d extends MaxUnpool {
	constructor(kernelSize: PerAxis, options?: UnpoolingOptions) {
		super(1, maxUnpool1d, kernelSize, options);
	}
}

/** Zeros with the elements of x at the indices that core's `maxPool2dWithIndices` gave of images, as core's `maxUnpool2d`. */
export class MaxUnpool2d extends MaxUnpool {
	constructor(kernelSize: PerAxis, options?: UnpoolingOptions) {
		super(2, maxUnpool2d, kernelSize, options);
	}
}

/** Zeros with the elements of x at the indices that core's `maxPool3dWithIndices` gave of volumes, as core's `maxUnpool3d`. */
export class MaxUnpool3d extends MaxUnpool {
	constructor(kernelSize: PerAxis, options?: UnpoolingOptions) {
		super(3, maxUnpool3d, kernelSize, options);
	}
}
