import { arange, type Node, type Operand, sum, tensor } from '@pullback/core';
import { countFromOne } from '../options/rules.ts';
import { predictedAndLabels, scoresAndLabels } from './labels.ts';
import { addTo, Metric } from './metric.ts';

/** The share of examples of which the largest of the scores [..., classes], the first if several are, is that of the label [...]. */
export function accuracy(scores: Operand, labels: Operand): Node {
	const checked = scoresAndLabels('accuracy', scores, labels);
	const { predicted } = predictedAndLabels('accuracy', checked.scores, checked.labels);
	return shareOf(predicted.equal(checked.labels.cast('i32')), checked.scores);
}

/**
 * The share of examples of which the score of the label [...] is among the `k` largest of the scores [..., classes]; of
 * equal ones the first count, and a NaN is largest. All are right where there are no more than `k` classes.
 */
export function topKAccuracy(scores: Operand, labels: Operand, k: number): Node {
	const checked = scoresAndLabels('topKAccuracy', scores, labels);
	const most = countFromOne().checked('topKAccuracy', 'k', k);
	return shareOf(isAmongLargest(checked.scores, checked.labels, most), checked.scores);
}

/** `accuracy` over batches. Its predictions are scores [..., classes] or class indices [...]. */
export class Accuracy extends Metric<[predictions: Operand, labels: Operand]> {
	readonly #right = this.gathered('right');
	readonly #all = this.gathered('all');

	override update(predictions: Operand, labels: Operand): void {
		const found = predictedAndLabels('Accuracy', predictions, labels);
		const right = found.predicted.cast('i32').equal(found.labels.cast('i32'));
		addTo([
			[this.#right, sum(right.cast('f64'))],
			[this.#all, countOf(right)],
		]);
	}

	override value(): Node {
		return this.#right.div(this.#all);
	}
}

/** `topKAccuracy` over batches. */
export class TopKAccuracy extends Metric<[scores: Operand, labels: Operand]> {
	readonly k: number;
	readonly #right = this.gathered('right');
	readonly #all = this.gathered('all');

	constructor(k: number) {
		super();
		this.k = countFromOne().checked('TopKAccuracy', 'k', k);
	}

	override update(scores: Operand, labels: Operand): void {
		const checked = scoresAndLabels('TopKAccuracy', scores, labels);
		const right = isAmongLargest(checked.scores, checked.labels, this.k);
		addTo([
			[this.#right, sum(right.cast('f64'))],
			[this.#all, countOf(right)],
		]);
	}

	override value(): Node {
		return this.#right.div(this.#all);
	}
}

/** Whether fewer than `k` scores come before that of the label. */
function isAmongLargest(scores: Node, labels: Node, k: number): Node {
	const rank = scores.shape.length;
	const own = scores.takeAlongAxis(labels.cast('i32').expandDims(-1), rank - 1);
	const count = scores.shape.at(-1) ?? 0;
	const classes = arange(count, undefined, undefined, { dtype: 'i32' });
	const isEarlier = classes.less(labels.cast('i32').expandDims(-1));
	const [areNaN, ownIsNaN] = [scores.isNaN(), own.isNaN()];
	const isLarger = scores.greater(own).logicalOr(areNaN.logicalAnd(ownIsNaN.logicalNot()));
	const isEqual = scores.equal(own).logicalOr(areNaN.logicalAnd(ownIsNaN));
	const before = isLarger.logicalOr(isEqual.logicalAnd(isEarlier));
	return sum(before.cast('i32'), -1).less(Math.min(k, count));
}

/** The share of truth values that hold, in the dtype of the scores; NaN of none. */
function shareOf(right: Node, { dtype }: Node): Node {
	return sum(right.cast('f64'))
		.div(countOf(right))
		.cast(dtype === 'f64' ? 'f64' : 'f32');
}

function countOf({ shape }: Node): Node {
	return tensor(
		shape.reduce((product, length) => product * length, 1),
		{ dtype: 'f64' },
	);
}
