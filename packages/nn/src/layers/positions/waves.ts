import type { Node, Operand } from '@pullback/core';
import { checkedOptions, toNode } from '@pullback/core/arguments';
import { checkedMode, type Mode } from '../../modules/mode.ts';
import { Module } from '../../modules/module.ts';
import {
	angles,
	checkedBase,
	checkedOffset,
	checkTokens,
	type PositionInputs,
	positionsFrom,
} from './positions.ts';

/** How waves of positions are made. */
export interface WaveOptions {
	/** The wavelengths grow from 2 pi to 2 pi times this; 10000 if left out. */
	readonly base?: number;
}

/** What positions as waves and as rotations share: an angle for each token's position and each pair of elements. */
export abstract class WavePositions extends Module<
	[x: Operand, mode?: Mode, given?: PositionInputs],
	Node
> {
	readonly base: number;

	constructor(options?: WaveOptions) {
		super();
		const { name } = new.target;
		const { base = 10_000 } = checkedOptions(name, options, ['base']);
		this.base = checkedBase(name, base);
	}

	override forward(x: Operand, mode: Mode = 'evaluate', given?: PositionInputs): Node {
		const { name } = this.constructor;
		checkedMode(name, mode);
		const node = toNode(name, x);
		checkTokens(name, node.shape);
		const [tokens = 0, width = 0] = node.shape.slice(-2);
		const offset = checkedOffset(name, given);
		return this.encoded(node, angles(positionsFrom(offset, tokens), width, this.base));
	}

	/** x [..., tokens, width] with the positions of its tokens, by angles in f64 [tokens, pairs]. */
	protected abstract encoded(x: Node, angle: Node): Node;
}
