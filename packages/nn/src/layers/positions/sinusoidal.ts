import { type Node, type Operand, stack } from '@pullback/core';
import { checkedOptions, toNode } from '@pullback/core/arguments';
import { checkedMode, type Mode } from '../../modules/mode.ts';
import { Module } from '../../modules/module.ts';
import {
	angles,
	checkedBase,
	checkedOffset,
	checkTokens,
	floatingOf,
	type PositionInputs,
	positionsFrom,
} from './positions.ts';

/** How waves of positions are made. */
export interface WaveOptions {
	/** The wavelengths grow from 2 pi to 2 pi times this; 10000 if left out. */
	readonly base?: number;
}

/**
 * x [..., tokens, width] plus waves of each token's position (Vaswani et al. 2017): sin(position / base^(2 i / width)) at
 * 2 i, and the cosine of the same at 2 i + 1. It has no parameters. Throws ShapeError for an input of fewer axes.
 */
export class SinusoidalPositions extends Module<
	[x: Operand, mode?: Mode, given?: PositionInputs],
	Node
> {
	readonly base: number;

	constructor(options?: WaveOptions) {
		super();
		const { base = 10_000 } = checkedOptions('SinusoidalPositions', options, ['base']);
		this.base = checkedBase('SinusoidalPositions', base);
	}

	override forward(x: Operand, mode: Mode = 'evaluate', given?: PositionInputs): Node {
		checkedMode('SinusoidalPositions', mode);
		const node = toNode('SinusoidalPositions', x);
		checkTokens('SinusoidalPositions', node.shape);
		const [tokens = 0, width = 0] = node.shape.slice(-2);
		const offset = checkedOffset('SinusoidalPositions', given);
		const angle = angles(positionsFrom(offset, tokens), width, this.base);
		const pairs = stack([angle.sin(), angle.cos()], -1);
		// An odd width ends with a sine.
		const waves = pairs.flatten(1).slice(null, [0, width]);
		return node.add(waves.cast(floatingOf(node)));
	}
}
