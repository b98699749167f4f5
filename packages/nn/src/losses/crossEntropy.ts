import { logSoftmax, type Node, type Operand } from '@pullback/core';
import { toFloatingNodes } from '../floatingNodes.ts';
import {
	type CrossEntropyOptions,
	classLosses,
	logProbabilities,
	probabilities,
} from './classLosses.ts';
import { classesOf } from './operands.ts';

/**
 * The cross-entropy of probabilities y [..., classes], in nats, averaged over the examples. `labels` are class
 * indices [...] (i32 or u8; out of range or negative: RangeError when computed) or rows of probabilities [..., classes]. The
 * logarithm is exact: a label of probability 0 costs infinity. On logits, softmaxCrossEntropy is more accurate.
 *
 * With class weights or an ignored label, the mean over class indices divides by the weights of those that count: NaN
 * with derivative 0 if none does. The mean over rows divides by their number, as in PyTorch, whose classes lie along
 * axis 1 where these are last.
 */
export function crossEntropy(y: Operand, labels: Operand, options?: CrossEntropyOptions): Node {
	const [scores] = toFloatingNodes('crossEntropy', [y]) as [Node]; // as many as were passed
	return classLosses('crossEntropy', probabilities(scores), labels, options);
}

/**
 * The cross-entropy of softmax(logits) [..., classes], in nats, averaged over the examples, without overflow
 * and without a small number added to the logarithm. `labels` and options as for crossEntropy.
 */
export function softmaxCrossEntropy(
	logits: Operand,
	labels: Operand,
	options?: CrossEntropyOptions,
): Node {
	const [scores] = toFloatingNodes('softmaxCrossEntropy', [logits]) as [Node]; // as many as were passed
	classesOf('softmaxCrossEntropy', scores);
	return classLosses('softmaxCrossEntropy', logProbabilities(logSoftmax(scores)), labels, options);
}

/**
 * The mean over the examples of -log p of their labels, given log p [..., classes], such as of logSoftmax. `labels` and
 * options as for crossEntropy.
 */
export function negativeLogLikelihood(
	logs: Operand,
	labels: Operand,
	options?: CrossEntropyOptions,
): Node {
	const [scores] = toFloatingNodes('negativeLogLikelihood', [logs]) as [Node]; // as many as were passed
	return classLosses('negativeLogLikelihood', logProbabilities(scores), labels, options);
}
