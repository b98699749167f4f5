import {
	DTypeError,
	formatShape,
	gather,
	identity,
	logSoftmax,
	mean,
	type Node,
	type Operand,
	ShapeError,
	sum,
	where,
} from '@pullback/core';
import { toNode } from '@pullback/core/arguments';

/** The mean of (y - t)^2 over all elements; y and t of one shape. */
export function meanSquaredError(y: Operand, t: Operand): Node {
	return mean(difference('meanSquaredError', y, t).square());
}

/**
 * The book's squared error, half the sum of (y - t)^2 (Deep Learning from Scratch, 4.2.1), for one example
 * [outputs]; for a batch [batch, outputs] its mean over the examples.
 */
export function halfSquaredError(y: Operand, t: Operand): Node {
	const errors = difference('halfSquaredError', y, t).square();
	return mean(sum(errors, -1).mul(0.5));
}

/**
 * The cross-entropy of probabilities y [..., classes], in nats, averaged over the examples. `labels` are class
 * indices [...] (i32 or u8; out of range or negative: RangeError when computed) or rows of probabilities [..., classes]. The
 * logarithm is exact: a label of probability 0 costs infinity. On logits, softmaxCrossEntropy is more accurate.
 */
export function crossEntropy(y: Operand, labels: Operand): Node {
	return negativeLogLikelihood('crossEntropy', toNode('crossEntropy', y), labels, (p) => p.log());
}

/**
 * The cross-entropy of softmax(logits) [..., classes], in nats, averaged over the examples, without overflow
 * and without a small number added to the logarithm. `labels` as for crossEntropy.
 */
export function softmaxCrossEntropy(logits: Operand, labels: Operand): Node {
	return negativeLogLikelihood(
		'softmaxCrossEntropy',
		logSoftmax(toNode('softmaxCrossEntropy', logits)),
		labels,
		identity,
	);
}

/** The mean over the examples of -log p of their labels, where `log` makes log p of the scores. */
function negativeLogLikelihood(
	operation: string,
	scores: Node,
	labels: Operand,
	log: (scores: Node) => Node,
): Node {
	const target = toNode(operation, labels);
	const { shape } = scores;
	const batch = shape.length - 1;
	if (batch < 0)
		throw new ShapeError(`${operation}: got a scalar of shape [], needs [..., classes]`);
	if (formatShape(target.shape) === formatShape(shape)) {
		// A class that a label excludes costs nothing, even where its logarithm is infinite.
		const excluded = target.equal(0);
		const terms = where(excluded, 0, target.mul(log(where(excluded, 1, scores))));
		return mean(sum(terms, -1)).neg();
	}
	if (formatShape(target.shape) !== formatShape(shape.slice(0, -1)))
		throw new ShapeError(
			`${operation}: scores ${formatShape(shape)} and labels ${formatShape(target.shape)} do not fit; labels must be class indices ${formatShape(shape.slice(0, -1))} or rows ${formatShape(shape)}`,
		);
	if (target.dtype !== 'i32' && target.dtype !== 'u8')
		throw new DTypeError(
			`${operation}: class indices are ${target.dtype}, must be i32 or u8; cast them first`,
		);
	return mean(log(gather(scores, target, { axis: batch, batch, fromEnd: false }))).neg();
}

function difference(operation: string, y: Operand, t: Operand): Node {
	const [a, b] = [toNode(operation, y), toNode(operation, t)];
	if (formatShape(a.shape) !== formatShape(b.shape))
		throw new ShapeError(
			`${operation}: outputs ${formatShape(a.shape)} and targets ${formatShape(b.shape)} differ; they must have one shape`,
		);
	return a.sub(b);
}
