import {
	type DType,
	formatShape,
	full,
	type Node,
	type Operand,
	ShapeError,
	type Variable,
	variable,
	where,
} from '@pullback/core';
import { checkedFinite, checkedOptions, toNode } from '@pullback/core/arguments';
import type { KeepsShape } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { alongChannels } from './channels.ts';
import { checkedFloating, checkedLength } from './layerArguments.ts';

/** What a PRelu is made of. */
export interface PReluOptions {
	/** How many slopes there are: one for all, or one for each channel, axis 1 of its input; 1 if left out. */
	readonly channels?: number;
	/** What the slopes start at; 0.25 if left out. */
	readonly slope?: number;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/** x where positive, a trained slope times x elsewhere (He et al. 2015); the derivative at 0 is the slope. */
export class PRelu extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsShape;
	/** [channels]. */
	readonly weight: Variable;

	constructor(options?: PReluOptions) {
		super();
		const {
			channels = 1,
			slope = 0.25,
			dtype = 'f32',
		} = checkedOptions('PRelu', options, ['channels', 'slope', 'dtype']);
		checkedLength('PRelu', 'channels', channels);
		checkedFinite('PRelu', 'slope', slope);
		checkedFloating('PRelu', dtype);
		this.weight = variable(full([channels], slope, { dtype }), { name: 'weight' });
	}

	override forward(x: Operand): Node {
		const node = toNode('PRelu', x);
		const [channels = 1] = this.weight.shape;
		if (channels > 1 && node.shape[1] !== channels)
			throw new ShapeError(
				`PRelu: got shape ${formatShape(node.shape)}; it must be [batch, ${channels}, ...] for as many slopes`,
			);
		const slopes =
			channels > 1 ? alongChannels(this.weight, node.shape.length) : this.weight.read().reshape([]);
		return where(node.greater(0), node, node.mul(slopes));
	}
}
