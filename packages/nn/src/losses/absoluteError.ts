import { clip, type Node, type Operand } from '@pullback/core';
import { checkedFinite, checkedOptions } from '@pullback/core/arguments';
import { ofOneShape } from './operands.ts';
import { checkedReduction, type LossOptions, reduced } from './reduction.ts';

/** |y - t| for each element, with derivative 0 where they are equal; y and t of one shape. Throws ShapeError if they differ. */
export function meanAbsoluteError(y: Operand, t: Operand, options?: LossOptions): Node {
	const { reduction } = checkedOptions('meanAbsoluteError', options, ['reduction']);
	const chosen = checkedReduction('meanAbsoluteError', reduction);
	return reduced(difference('meanAbsoluteError', y, t).abs(), chosen);
}

/** Options of huber. */
export interface HuberOptions extends LossOptions {
	/** The largest error, above 0, that is squared; 1 if left out. */
	readonly delta?: number;
}

/**
 * d^2 / 2 for each error d = y - t up to `delta`, delta (|d| - delta / 2) beyond, so that the derivative is within delta
 * (Huber 1964); y and t of one shape. Throws ShapeError if they differ, RangeError unless delta is finite and above 0.
 */
export function huber(y: Operand, t: Operand, options?: HuberOptions): Node {
	const { reduction, delta = 1 } = checkedOptions('huber', options, ['reduction', 'delta']);
	const chosen = checkedReduction('huber', reduction);
	checkedFinite('huber', 'delta', delta);
	if (!(delta > 0)) throw new RangeError(`huber: delta is ${delta}; it must be above 0`);
	return reduced(bent(difference('huber', y, t), delta), chosen);
}

/** Options of smoothL1. */
export interface SmoothL1Options extends LossOptions {
	/** The largest error, from 0, that is squared; 1 if left out. */
	readonly beta?: number;
}

/**
 * d^2 / (2 beta) for each error d = y - t up to `beta`, |d| - beta / 2 beyond: the absolute error, bent at 0 (Girshick
 * 2015), and itself where beta is 0; y and t of one shape. Throws ShapeError if they differ, RangeError unless beta is
 * finite and not below 0.
 */
export function smoothL1(y: Operand, t: Operand, options?: SmoothL1Options): Node {
	const { reduction, beta = 1 } = checkedOptions('smoothL1', options, ['reduction', 'beta']);
	const chosen = checkedReduction('smoothL1', reduction);
	checkedFinite('smoothL1', 'beta', beta);
	if (!(beta >= 0)) throw new RangeError(`smoothL1: beta is ${beta}; it must be from 0`);
	const errors = difference('smoothL1', y, t);
	return reduced(beta === 0 ? errors.abs() : bent(errors, beta).div(beta), chosen);
}

/** d^2 / 2 up to a limit, and its tangent beyond: one formula, whose derivatives at 0 and at infinity are right. */
function bent(errors: Node, limit: number): Node {
	const held = clip(errors, -limit, limit);
	return held.mul(errors.sub(held.mul(0.5)));
}

function difference(operation: string, y: Operand, t: Operand): Node {
	const { outputs, targets } = ofOneShape(operation, { outputs: y, targets: t });
	return outputs.sub(targets);
}
