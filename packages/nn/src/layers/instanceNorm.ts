import {
	type DType,
	formatShape,
	type Node,
	type Operand,
	ShapeError,
	type Variable,
} from '@pullback/core';
import { checkedOptions, toNode } from '@pullback/core/arguments';
import type { KeepsShape } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { channelParameters, scaledChannels } from './channels.ts';
import { checkedEpsilon, checkedLength } from './layerArguments.ts';
import { standardized } from './moments.ts';

/** What instance normalisation is made of. */
export interface InstanceNormOptions {
	/** The channels of its input. */
	readonly channels: number;
	/** Added to the variance; 1e-5 if left out. */
	readonly epsilon?: number;
	/** Whether to multiply by a trained weight, which starts at 1, and add a bias, which starts at 0; false if left out. */
	readonly affine?: boolean;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/**
 * The part that instance normalisation along any number of spatial axes shares (Ulyanov et al. 2016): each channel of
 * each example less its mean, divided by the root of its biased variance plus epsilon.
 */
abstract class InstanceNorm extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsShape;
	readonly channels: number;
	readonly epsilon: number;
	/** [channels], or none. */
	readonly weight: Variable | null;
	/** [channels], or none. */
	readonly bias: Variable | null;
	readonly #axes: number;

	constructor(axes: number, options: InstanceNormOptions) {
		super();
		const { name } = new.target;
		const given = {
			...checkedOptions(name, options, ['channels', 'epsilon', 'affine', 'dtype']),
		} as InstanceNormOptions; // what is left out is refused below
		const { channels, epsilon = 1e-5, affine = false, dtype = 'f32' } = given;
		this.channels = checkedLength(name, 'channels', channels);
		this.epsilon = checkedEpsilon(name, epsilon);
		const { weight, bias } = channelParameters(name, affine, channels, dtype);
		this.weight = weight;
		this.bias = bias;
		this.#axes = axes;
	}

	/** Throws ShapeError for one element a channel: all that could come of it is 0. */
	override forward(x: Operand): Node {
		const { name } = this.constructor;
		const node = toNode(name, x);
		const { shape } = node;
		const axis = shape.length - this.#axes - 1;
		if ((axis !== 0 && axis !== 1) || shape[axis] !== this.channels)
			throw new ShapeError(
				`${name}: got shape ${formatShape(shape)}; it must be [batch, ${this.channels}, ...] or [${this.channels}, ...] with ${this.#axes} spatial ${this.#axes === 1 ? 'axis' : 'axes'}`,
			);
		const spatial = shape.slice(axis + 1);
		if (spatial.reduce((product, length) => product * length, 1) < 2)
			throw new ShapeError(
				`${name}: got shape ${formatShape(shape)}; there must be 2 elements or more a channel`,
			);
		const axes = spatial.map((_, i) => axis + 1 + i);
		const standard = standardized(node, axes, this.epsilon);
		return scaledChannels(standard, this.weight, this.bias, axis);
	}
}

/** Instance normalisation of signals [batch, channels, length], or of one [channels, length]. */
export class InstanceNorm1d extends InstanceNorm {
	constructor(options: InstanceNormOptions) {
		super(1, options);
	}
}

/** Instance normalisation of images [batch, channels, height, width], or of one [channels, height, width]. */
export class InstanceNorm2d extends InstanceNorm {
	constructor(options: InstanceNormOptions) {
		super(2, options);
	}
}

/** Instance normalisation of volumes [batch, channels, depth, height, width], or of one [channels, depth, height, width]. */
export class InstanceNorm3d extends InstanceNorm {
	constructor(options: InstanceNormOptions) {
		super(3, options);
	}
}
