import {
	type DType,
	gather,
	type Node,
	type Operand,
	type Variable,
	variable,
} from '@pullback/core';
import { checkedOptions, toNode } from '@pullback/core/arguments';
import type { Initializer } from '../../initializers/initializer.ts';
import { normalInitializer } from '../../initializers/initializers.ts';
import { checkedMode, type Mode } from '../../modules/mode.ts';
import { Module } from '../../modules/module.ts';
import { checkedFloating, checkedLength, initialValue } from '../layerArguments.ts';
import { checkedOffset, checkTokens, type PositionInputs, positionsFrom } from './positions.ts';

/** What learned positions are made of. */
export interface LearnedPositionsOptions {
	/** The number of positions that there are. */
	readonly tokens: number;
	/** The length of the last axis of its input. */
	readonly width: number;
	/** The key of the initial weight. */
	readonly key: Operand;
	/** How the weight starts; normal with standard deviation 0.02 if left out, as in GPT-2. */
	readonly weight?: Initializer;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/**
 * x [..., tokens, width] plus a trained vector for each position, the rows of `weight` (Gehring et al. 2017). Throws
 * ShapeError for an input of another width, RangeError for tokens beyond the last position, when they are computed where
 * the offset is a Node.
 */
export class LearnedPositions extends Module<
	[x: Operand, mode?: Mode, given?: PositionInputs],
	Node
> {
	/** [tokens, width]. */
	readonly weight: Variable;

	constructor(options: LearnedPositionsOptions) {
		super();
		const name = 'LearnedPositions';
		const given = {
			...checkedOptions(name, options, ['tokens', 'width', 'key', 'weight', 'dtype']),
		} as LearnedPositionsOptions; // what is left out is refused below
		const { tokens, width, key, weight = normalInitializer(0.02), dtype = 'f32' } = given;
		checkedFloating(name, dtype);
		const shape = [checkedLength(name, 'tokens', tokens), checkedLength(name, 'width', width)];
		this.weight = variable(initialValue(name, weight, key, shape, dtype), { name: 'weight' });
	}

	override forward(x: Operand, mode: Mode = 'evaluate', given?: PositionInputs): Node {
		checkedMode('LearnedPositions', mode);
		const { shape } = toNode('LearnedPositions', x);
		const [positions = 0, width = 0] = this.weight.shape;
		checkTokens('LearnedPositions', shape, width);
		const offset = checkedOffset('LearnedPositions', given);
		const [tokens = 0] = shape.slice(-2);
		const last = tokens + (typeof offset === 'number' ? offset : 0);
		if (last > positions)
			throw new RangeError(
				`LearnedPositions: the last of ${tokens} tokens is at position ${last - 1}; there are ${positions} positions`,
			);
		return gather(this.weight, positionsFrom(offset, tokens), { fromEnd: false }).add(x);
	}
}
