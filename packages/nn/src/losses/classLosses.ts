import {
	DTypeError,
	formatShape,
	gather,
	type Node,
	type Operand,
	oneHot,
	ShapeError,
	sum,
	take,
	where,
} from '@pullback/core';
import { checkedNumber, checkedOptions, toNode, toNodes } from '@pullback/core/arguments';
import { classesOf, ofShape } from './operands.ts';
import { checkedReduction, type LossOptions, type Reduction, reduced } from './reduction.ts';

/** Options of losses of class labels. */
export interface ClassOptions extends LossOptions {
	/** What an example of each class counts, [classes]; 1 if left out. */
	readonly classWeights?: Operand;
	/** The class index of examples that do not count; there is none if left out, where PyTorch takes -100. */
	readonly ignoredLabel?: number;
}

/** Options of cross-entropies. */
export interface CrossEntropyOptions extends ClassOptions {
	/** The share of each label, from 0 to 1, that is spread evenly over all classes (Szegedy et al. 2016); 0 if left out. */
	readonly labelSmoothing?: number;
}

/** What scores of classes are, [..., classes]: probabilities, or their logarithms. */
export interface Scores {
	readonly scores: Node;
	/** The score of what is certain, and of what is impossible. */
	readonly certain: number;
	readonly impossible: number;
	/** Logarithms of scores. */
	log(scores: Node): Node;
}

/** Probabilities as scores. */
export function probabilities(scores: Node): Scores {
	return { scores, certain: 1, impossible: 0, log: (p) => p.log() };
}

/** Logarithms of probabilities as scores. */
export function logProbabilities(scores: Node): Scores {
	return { scores, certain: 0, impossible: -Infinity, log: (logarithm) => logarithm };
}

/** -log p of the labels, reduced, where labels are class indices [...] or rows of probabilities [..., classes]. */
export function classLosses(
	operation: string,
	of: Scores,
	labels: Operand,
	options: CrossEntropyOptions | undefined,
): Node {
	const {
		reduction,
		classWeights,
		ignoredLabel,
		labelSmoothing = 0,
	} = checkedOptions(operation, options, [
		'reduction',
		'classWeights',
		'ignoredLabel',
		'labelSmoothing',
	]);
	const chosen = checkedReduction(operation, reduction);
	const { scores } = of;
	const classes = classesOf(operation, scores);
	checkedNumber(operation, 'labelSmoothing', labelSmoothing);
	if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
		throw new RangeError(
			`${operation}: labelSmoothing is ${labelSmoothing}; it must be a number from 0 to 1`,
		);
	const weights =
		classWeights === undefined
			? null
			: ofShape(operation, 'classWeights', classWeights, [classes], scores);
	const smoothed = (rows: Node): Node =>
		labelSmoothing === 0 ? rows : rows.mul(1 - labelSmoothing).add(labelSmoothing / classes);

	const target = toNode(operation, labels);
	if (formatShape(target.shape) === formatShape(scores.shape)) {
		if (ignoredLabel !== undefined)
			throw new TypeError(
				`${operation}: ignoredLabel is a class index, and the labels are rows of probabilities; leave it out`,
			);
		// Literals take the dtype of the scores.
		const rows = toNodes(operation, [scores, labels])[1] as Node; // as many as were passed
		return reduced(rowCosts(of, smoothed(rows), weights), chosen);
	}

	checkIndices(operation, target, scores);
	const ignored = ignoredLabel === undefined ? null : isLabel(operation, target, ignoredLabel);
	const indices = ignored === null ? target : where(ignored, 0, target);
	const picked = weights === null ? null : take(weights, indices);
	const counts = countsOf(scores, picked, ignored);
	if (labelSmoothing === 0) {
		const batch = target.shape.length;
		const own = gather(scores, indices, { axis: batch, batch, fromEnd: false });
		const excluded =
			picked === null ? ignored : excludedOf(of, picked, own).logicalOr(ignored ?? false);
		const costs = of.log(excluded === null ? own : where(excluded, of.certain, own)).neg();
		return weightedReduction(picked === null ? costs : costs.mul(picked), counts, chosen);
	}
	const rows = smoothed(
		oneHot(indices, classes, { dtype: scores.dtype === 'f64' ? 'f64' : 'f32' }),
	);
	const counted = ignored === null ? rows : where(ignored.expandDims(-1), 0, rows);
	return weightedReduction(rowCosts(of, counted, weights), counts, chosen);
}

/** The sum over classes of -weight p log q; a class that a label excludes costs nothing, even where log q is infinite. */
function rowCosts(of: Scores, rows: Node, weights: Node | null): Node {
	const shares = weights === null ? rows : rows.mul(weights);
	const safe = where(excludedOf(of, shares, of.scores), of.certain, of.scores);
	return sum(shares.mul(of.log(safe)), -1).neg();
}

/** Where 0 would be multiplied by infinity. */
function excludedOf(of: Scores, shares: Node, scores: Node): Node {
	return shares.equal(0).logicalAnd(scores.equal(of.impossible));
}

/** What each example counts; null if all count 1. */
function countsOf(scores: Node, weights: Node | null, ignored: Node | null): Node | null {
	if (ignored === null) return weights;
	return weights === null ? ignored.logicalNot().cast(scores.dtype) : where(ignored, 0, weights);
}

function weightedReduction(costs: Node, counts: Node | null, reduction: Reduction): Node {
	if (counts === null || reduction !== 'mean') return reduced(costs, reduction);
	const total = sum(counts);
	// Of nothing that counts, NaN with derivative 0: the quotient 0 / 0 is never differentiated.
	const isNothing = total.equal(0);
	return where(isNothing, Number.NaN, sum(costs).div(where(isNothing, 1, total)));
}

/** Refuses labels that are no class indices of scores. */
export function checkIndices(operation: string, target: Node, scores: Node): void {
	const needed = formatShape(scores.shape.slice(0, -1));
	if (formatShape(target.shape) !== needed)
		throw new ShapeError(
			`${operation}: scores ${formatShape(scores.shape)} and labels ${formatShape(target.shape)} do not fit; labels must be class indices ${needed} or rows ${formatShape(scores.shape)}`,
		);
	if (target.dtype !== 'i32' && target.dtype !== 'u8')
		throw new DTypeError(
			`${operation}: class indices are ${target.dtype}, must be i32 or u8; cast them first`,
		);
}

function isLabel(operation: string, target: Node, label: number): Node {
	checkedNumber(operation, 'ignoredLabel', label);
	if ((label | 0) !== label)
		throw new RangeError(
			`${operation}: ignoredLabel is ${label}; it must be a whole number of i32`,
		);
	return target.cast('i32').equal(label);
}
