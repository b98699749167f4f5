import {
	type DType,
	formatShape,
	identity,
	matmul,
	type Node,
	type Operand,
	ShapeError,
	type Variable,
	variable,
	zeros,
} from '@pullback/core';
import { checkedBoolean, checkedDType, checkedOptions } from '@pullback/core/arguments';
import type { Initializer } from '../initializers/initializer.ts';
import { heInitializer } from '../initializers/initializers.ts';
import type { Turns } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { checkedLength, initialValue } from './layerArguments.ts';

/** What an Affine layer is made of. */
export interface AffineOptions<Inputs extends number = number, Outputs extends number = number> {
	/** The length of the last axis of its input. */
	readonly inputs: Inputs;
	/** The length of the last axis of its output. */
	readonly outputs: Outputs;
	/** The key of the initial weight. */
	readonly key: Operand;
	/** How the weight starts; He's initialisation if left out. */
	readonly weight?: Initializer;
	/** Whether to add a bias, which starts at 0; true if left out. */
	readonly bias?: boolean;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/** y = x W + b for x [..., inputs], with W [inputs, outputs] and b [outputs]; y [..., outputs]. */
export class Affine<
	Inputs extends number = number,
	Outputs extends number = number,
> extends Module {
	/** @internal */
	declare readonly '~lengths'?: Turns<'last', Inputs, Outputs>;
	readonly weight: Variable;
	readonly bias: Variable | null;

	constructor(options: AffineOptions<Inputs, Outputs>) {
		super();
		const given = {
			...checkedOptions('Affine', options, ['inputs', 'outputs', 'key', 'weight', 'bias', 'dtype']),
		} as AffineOptions; // what is left out is refused below
		const { inputs, outputs, key, weight = heInitializer, bias = true, dtype = 'f32' } = given;
		checkedBoolean('Affine', 'bias', bias);
		checkedDType('Affine', dtype);
		const shape = [
			checkedLength('Affine', 'inputs', inputs),
			checkedLength('Affine', 'outputs', outputs),
		];
		this.weight = variable(initialValue('Affine', weight, key, shape, dtype), { name: 'weight' });
		this.bias = bias ? variable(zeros([outputs], { dtype }), { name: 'bias' }) : null;
	}

	override forward(x: Operand): Node {
		const input = identity(x);
		const [inputs = 0] = this.weight.shape;
		if (input.shape.at(-1) !== inputs)
			throw new ShapeError(
				`Affine: got ${formatShape(input.shape)}, needs ${inputs} as the last axis for a weight of ${formatShape(this.weight.shape)}`,
			);
		const product = matmul(input, this.weight);
		return this.bias === null ? product : product.add(this.bias);
	}
}
