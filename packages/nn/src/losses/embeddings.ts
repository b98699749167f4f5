import {
	formatShape,
	maximum,
	minimum,
	type Node,
	norm,
	type Operand,
	relu,
	ShapeError,
	sum,
	where,
} from '@pullback/core';
import {
	checkedBoolean,
	checkedFinite,
	checkedNumber,
	checkedOptions,
} from '@pullback/core/arguments';
import { bySign, checkedMargin, type MarginOptions } from './margin.ts';
import { classesOf, ofOneShape, ofShape } from './operands.ts';
import { reduced } from './reduction.ts';

/**
 * Of pairs of vectors a and b [..., features] with targets [...]: 1 - cos(a, b) where the target is 1, max(0, cos(a, b) -
 * margin) where it is -1, and NaN where it is neither. The margin is 0 if left out. The cosine with a vector of zeros is
 * 0, and so is its derivative. Throws ShapeError if the shapes do not fit.
 */
export function cosineEmbedding(a: Operand, b: Operand, t: Operand, options?: MarginOptions): Node {
	const { margin, reduction } = checkedMargin('cosineEmbedding', options, 0);
	const { first, second } = ofOneShape('cosineEmbedding', { first: a, second: b });
	classesOf('cosineEmbedding', first);
	const targets = ofShape('cosineEmbedding', 'targets', t, first.shape.slice(0, -1), first);
	const cosines = sum(direction(first).mul(direction(second)), -1);
	return reduced(bySign(targets, cosines.neg().add(1), relu(cosines.sub(margin))), reduction);
}

/** Options of tripletMargin. */
export interface TripletMarginOptions extends MarginOptions {
	/** The order of the norm that measures distances, above 0; 2 if left out. */
	readonly order?: number;
	/** What is added to each difference of elements before, as in PyTorch; 1e-6 if left out. */
	readonly epsilon?: number;
	/** Whether the negative may be measured from the positive where that is nearer (Balntas et al. 2016); false if left out. */
	readonly swap?: boolean;
}

/**
 * max(0, |anchor - positive| - |anchor - negative| + margin) of triples of vectors [..., features] of one shape (Schroff et
 * al. 2015, there of squares). The margin is 1 if left out. Throws ShapeError if the shapes differ.
 */
export function tripletMargin(
	anchor: Operand,
	positive: Operand,
	negative: Operand,
	options?: TripletMarginOptions,
): Node {
	const {
		order = 2,
		epsilon = 1e-6,
		swap = false,
		...others
	} = checkedOptions('tripletMargin', options, ['reduction', 'margin', 'order', 'epsilon', 'swap']);
	const { margin, reduction } = checkedMargin('tripletMargin', others, 1);
	checkedNumber('tripletMargin', 'order', order);
	if (!(order > 0))
		throw new RangeError(
			`tripletMargin: order is ${order}; it must be a number above 0, or Infinity`,
		);
	checkedFinite('tripletMargin', 'epsilon', epsilon);
	checkedBoolean('tripletMargin', 'swap', swap);
	const all = ofOneShape('tripletMargin', {
		anchors: anchor,
		positives: positive,
		negatives: negative,
	});
	if (all.anchors.shape.length === 0)
		throw new ShapeError(
			`tripletMargin: got scalars of shape ${formatShape([])}, needs [..., features]`,
		);
	const distance = (a: Node, b: Node): Node => norm(a.sub(b).add(epsilon), { axes: -1, order });
	const near = distance(all.anchors, all.positives);
	const far = distance(all.anchors, all.negatives);
	const least = swap ? minimum(far, distance(all.positives, all.negatives)) : far;
	return reduced(relu(near.sub(least).add(margin)), reduction);
}

/** Vectors along the last axis, divided by their length; those of zeros as they are, with derivative 0. */
function direction(x: Node): Node {
	// By the largest element first, so that squares neither overflow nor vanish.
	const largest = maximum(x.abs(), 0).amax(-1, { keepDims: true }).stopGradient();
	const isNone = largest.equal(0);
	const scaled = x.div(where(isNone, 1, largest));
	const length = where(isNone, 1, sum(scaled.square(), -1, { keepDims: true })).sqrt();
	return where(isNone, 0, scaled.div(length));
}
