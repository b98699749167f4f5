import { arange, gather, type Node, type Operand, relu, sum, take, where } from '@pullback/core';
import { checkedOptions, describe, toIndices } from '@pullback/core/arguments';
import { toFloatingNodes } from '../floatingNodes.ts';
import { checkIndices } from './classLosses.ts';
import { bySign, checkedMargin, type MarginOptions } from './margin.ts';
import { classesOf, ofOneShape, ofShape } from './operands.ts';
import { reduced } from './reduction.ts';

/**
 * max(0, margin - t y) for each element, of outputs y and targets t, 1 or -1, of one shape: the loss of support vector
 * machines (Cortes & Vapnik 1995). The margin is 1 if left out. Throws ShapeError if the shapes differ.
 */
export function hinge(y: Operand, t: Operand, options?: MarginOptions): Node {
	const { margin, reduction } = checkedMargin('hinge', options, 1);
	const { outputs, targets } = ofOneShape('hinge', { outputs: y, targets: t });
	return reduced(relu(outputs.mul(targets).neg().add(margin)), reduction);
}

/**
 * Of distances y, for each element: y where the target is 1, max(0, margin - y) where it is -1, and NaN where it is
 * neither; both of one shape. The margin is 1 if left out. Throws ShapeError if the shapes differ.
 */
export function hingeEmbedding(y: Operand, t: Operand, options?: MarginOptions): Node {
	const { margin, reduction } = checkedMargin('hingeEmbedding', options, 1);
	const { outputs, targets } = ofOneShape('hingeEmbedding', { outputs: y, targets: t });
	return reduced(bySign(targets, outputs, relu(outputs.neg().add(margin))), reduction);
}

/**
 * max(0, margin - t (a - b)) for each element: a should be above b where t is 1, and below where it is -1. All three of one
 * shape; the margin is 0 if left out. Throws ShapeError if the shapes differ.
 */
export function marginRanking(a: Operand, b: Operand, t: Operand, options?: MarginOptions): Node {
	const { margin, reduction } = checkedMargin('marginRanking', options, 0);
	const { first, second, targets } = ofOneShape('marginRanking', {
		first: a,
		second: b,
		targets: t,
	});
	return reduced(relu(first.sub(second).mul(targets).neg().add(margin)), reduction);
}

/** Options of multiMargin. */
export interface MultiMarginOptions extends MarginOptions {
	/** 1 or 2: what the shortfalls are raised to; 1 if left out. */
	readonly power?: 1 | 2;
	/** What an example of each class counts, [classes]; 1 if left out. The mean does not divide by it. */
	readonly classWeights?: Operand;
}

/**
 * The sum of max(0, margin - s[label] + s[j])^power over all other classes j, divided by the number of classes, for scores
 * s [..., classes] and class indices [...] (i32 or u8; out of range: RangeError when computed). The margin is 1 if left
 * out (Crammer & Singer 2001 take the largest term where this takes their sum).
 */
export function multiMargin(scores: Operand, labels: Operand, options?: MultiMarginOptions): Node {
	const {
		power = 1,
		classWeights,
		...others
	} = checkedOptions('multiMargin', options, ['reduction', 'margin', 'power', 'classWeights']);
	const { margin, reduction } = checkedMargin('multiMargin', others, 1);
	if (power !== 1 && power !== 2)
		throw new RangeError(`multiMargin: power is ${describe(power)}; it must be 1 or 2`);
	const [s] = toFloatingNodes('multiMargin', [scores]) as [Node]; // as many as were passed
	const classes = classesOf('multiMargin', s);
	const target = toIndices('multiMargin', labels);
	checkIndices('multiMargin', target, s);
	const batch = target.shape.length;
	const own = gather(s, target.expandDims(-1), { axis: batch, batch, fromEnd: false });
	const shortfalls = relu(s.sub(own).add(margin));
	const isOther = target
		.expandDims(-1)
		.notEqual(arange(classes, undefined, undefined, { dtype: 'i32' }));
	const terms = where(isOther, power === 1 ? shortfalls : shortfalls.square(), 0);
	const costs = sum(terms, -1).div(classes);
	if (classWeights === undefined) return reduced(costs, reduction);
	const weights = ofShape('multiMargin', 'classWeights', classWeights, [classes], s);
	return reduced(costs.mul(take(weights, target)), reduction);
}
