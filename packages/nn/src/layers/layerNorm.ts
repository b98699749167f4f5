import {
	type DType,
	formatShape,
	mean,
	type Node,
	type Operand,
	ones,
	type Shape,
	ShapeError,
	type Variable,
	variable,
	zeros,
} from '@pullback/core';
import { checkedBoolean, checkedOptions, checkedShape, toNode } from '@pullback/core/arguments';
import type { KeepsShape } from '../modules/lengths.ts';
import { Module } from '../modules/module.ts';
import { checkedEpsilon, checkedFloating, checkedLength } from './layerArguments.ts';
import { standardized } from './moments.ts';

/** What layer normalisation, and that by the root of the mean square, are made of. */
export interface LayerNormOptions {
	/** The shape of what is normalised, the last axes of its input; a number for the last axis alone. */
	readonly shape: number | Shape;
	/** Added to the variance or mean square; 1e-5 if left out. */
	readonly epsilon?: number;
	/** Whether to multiply by a trained weight, which starts at 1, and add a bias, which starts at 0; true if left out. */
	readonly affine?: boolean;
	/** f32 if left out. */
	readonly dtype?: DType;
}

/** The part that normalisation along the last axes shares. */
abstract class LastAxesNorm extends Module {
	/** @internal */
	declare readonly '~lengths'?: KeepsShape;
	readonly shape: Shape;
	readonly epsilon: number;
	/** Of the shape, or none. */
	readonly weight: Variable | null;

	constructor(options: LayerNormOptions) {
		super();
		const { name } = new.target;
		const given = {
			...checkedOptions(name, options, ['shape', 'epsilon', 'affine', 'dtype']),
		} as LayerNormOptions; // what is left out is refused below
		const { shape, epsilon = 1e-5, affine = true, dtype = 'f32' } = given;
		this.shape = checkedShape(name, typeof shape === 'number' ? [shape] : shape);
		for (const length of this.shape) checkedLength(name, 'shape', length);
		if (this.shape.length === 0)
			throw new RangeError(`${name}: shape is []; it must have an axis to normalise along`);
		this.epsilon = checkedEpsilon(name, epsilon);
		checkedBoolean(name, 'affine', affine);
		checkedFloating(name, dtype);
		this.weight = affine ? variable(ones(this.shape, { dtype }), { name: 'weight' }) : null;
	}

	/** The operand, and its last axes. */
	protected along(x: Operand): readonly [Node, readonly number[]] {
		const { name } = this.constructor;
		const node = toNode(name, x);
		const lead = node.shape.length - this.shape.length;
		if (lead < 0 || this.shape.some((length, axis) => node.shape[lead + axis] !== length))
			throw new ShapeError(
				`${name}: got shape ${formatShape(node.shape)}; its last axes must be ${formatShape(this.shape)}`,
			);
		return [node, this.shape.map((_, axis) => lead + axis)];
	}
}

/**
 * Layer normalisation (Ba et al. 2016): x [..., ...shape] less its mean along the last axes, divided by the root of their
 * biased variance plus epsilon.
 */
export class LayerNorm extends LastAxesNorm {
	/** Of the shape, or none. */
	readonly bias: Variable | null;

	constructor(options: LayerNormOptions) {
		super(options);
		const { weight } = this;
		this.bias =
			weight === null
				? null
				: variable(zeros(weight.shape, { dtype: weight.dtype }), { name: 'bias' });
	}

	override forward(x: Operand): Node {
		const [node, axes] = this.along(x);
		const standard = standardized(node, axes, this.epsilon);
		const product = this.weight === null ? standard : standard.mul(this.weight);
		return this.bias === null ? product : product.add(this.bias);
	}
}

/**
 * Normalisation by the root mean square (Zhang & Sennrich 2019): x [..., ...shape] divided by the root of the mean of
 * its squares along the last axes plus epsilon; no mean is taken away and no bias added.
 */
export class RMSNorm extends LastAxesNorm {
	override forward(x: Operand): Node {
		const [node, axes] = this.along(x);
		const square = mean(node.square(), axes, { keepDims: true });
		const standard = node.div(square.add(this.epsilon).sqrt());
		return this.weight === null ? standard : standard.mul(this.weight);
	}
}
