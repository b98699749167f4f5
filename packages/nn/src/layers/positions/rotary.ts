import { formatShape, type Node, type Operand, ShapeError, stack } from '@pullback/core';
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
import type { WaveOptions } from './sinusoidal.ts';

/**
 * x [..., tokens, width] rotated by angles of each token's position (Su et al. 2021, RoFormer): the pair of elements 2 i
 * and 2 i + 1, as a vector of the plane, turns by position / base^(2 i / width). Products of rotated queries and keys depend
 * on their positions by the distance alone. It has no parameters. Neighbours are pairs, as in the paper; nets that pair i
 * with i + width / 2 have their columns in another order. Throws ShapeError for an odd width.
 */
export class RotaryPositions extends Module<
	[x: Operand, mode?: Mode, given?: PositionInputs],
	Node
> {
	readonly base: number;

	constructor(options?: WaveOptions) {
		super();
		const { base = 10_000 } = checkedOptions('RotaryPositions', options, ['base']);
		this.base = checkedBase('RotaryPositions', base);
	}

	override forward(x: Operand, mode: Mode = 'evaluate', given?: PositionInputs): Node {
		checkedMode('RotaryPositions', mode);
		const node = toNode('RotaryPositions', x);
		checkTokens('RotaryPositions', node.shape);
		const [tokens = 0, width = 0] = node.shape.slice(-2);
		if (width % 2 !== 0)
			throw new ShapeError(
				`RotaryPositions: got ${formatShape(node.shape)}, needs an even number of elements to rotate in pairs`,
			);
		const offset = checkedOffset('RotaryPositions', given);
		const angle = angles(positionsFrom(offset, tokens), width, this.base);
		const dtype = floatingOf(node);
		const [cos, sin] = [angle.cos().cast(dtype), angle.sin().cast(dtype)];
		const pairs = node.reshape([...node.shape.slice(0, -1), width / 2, 2]);
		const every = node.shape.map(() => null);
		const [a, b] = [pairs.slice(...every, 0), pairs.slice(...every, 1)];
		const turned = [a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))];
		return stack(turned, -1).reshape(node.shape);
	}
}
