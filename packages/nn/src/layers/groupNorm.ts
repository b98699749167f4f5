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

/** What group normalisation is made of. */
export interface GroupNormOptions {
	/** How many groups the channels are divided into. */
	readonly groups: number;
	/** The channels, axis 1 of its input. */
	readonly channels: number;
	/** Added to the variance; 1e-5 if left out. */
	readonly epsilon?: number;
	/** Whether to multiply by a trained weight, which starts at 1, and add a bias, which starts at 0; true if left out. */
	readonly affine?: boolean;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/**
 * Group normalisation (Wu & He 2018): in each example of x [batch, channels, ...], each group of channels less its mean,
 * divided by the root of its biased variance plus epsilon.
 */
export class GroupNorm extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsShape;
	readonly groups: number;
	readonly channels: number;
	readonly epsilon: number;
	/** [channels], or none. */
	readonly weight: Variable | null;
	/** [channels], or none. */
	readonly bias: Variable | null;

	constructor(options: GroupNormOptions) {
		super();
		const given = {
			...checkedOptions('GroupNorm', options, ['groups', 'channels', 'epsilon', 'affine', 'dtype']),
		} as GroupNormOptions; // what is left out is refused below
		const { groups, channels, epsilon = 1e-5, affine = true, dtype = 'f32' } = given;
		this.groups = checkedLength('GroupNorm', 'groups', groups);
		this.channels = checkedLength('GroupNorm', 'channels', channels);
		if (channels % groups !== 0)
			throw new RangeError(
				`GroupNorm: channels is ${channels}; it must be a multiple of the ${groups} groups`,
			);
		this.epsilon = checkedEpsilon('GroupNorm', epsilon);
		const { weight, bias } = channelParameters('GroupNorm', affine, channels, dtype);
		this.weight = weight;
		this.bias = bias;
	}

	override forward(x: Operand): Node {
		const node = toNode('GroupNorm', x);
		const [batch = 0, channels, ...rest] = node.shape;
		if (channels !== this.channels)
			throw new ShapeError(
				`GroupNorm: got shape ${formatShape(node.shape)}; it must be [batch, ${this.channels}, ...]`,
			);
		const { groups, epsilon, weight, bias } = this;
		const grouped = node.reshape([batch, groups, channels / groups, ...rest]);
		const axes = grouped.shape.map((_, axis) => axis).slice(2);
		const standard = standardized(grouped, axes, epsilon).reshape(node.shape);
		return scaledChannels(standard, weight, bias);
	}
}
