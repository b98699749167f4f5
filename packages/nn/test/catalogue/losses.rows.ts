import { abs, logSoftmax, type Node, sigmoid, softmax, tensor } from '@pullback/core';
import {
	binaryCrossEntropy,
	binaryCrossEntropyWithLogits,
	cosineEmbedding,
	crossEntropy,
	ctc,
	gaussianNegativeLogLikelihood,
	halfSquaredError,
	hinge,
	hingeEmbedding,
	huber,
	klDivergence,
	marginRanking,
	meanAbsoluteError,
	meanSquaredError,
	multiMargin,
	negativeLogLikelihood,
	poissonNegativeLogLikelihood,
	smoothL1,
	softmaxCrossEntropy,
	tripletMargin,
} from '../../src/index.ts';
import { type FunctionRow, type Input, pure, type Rows } from './row.ts';

const labels = tensor([2, 0, 1, 2], { dtype: 'i32' });
const signs = tensor([
	[1, -1, 1],
	[-1, 1, -1],
	[1, 1, -1],
	[-1, -1, 1],
]);
const whole = { classWeights: [1, 2, 3], ignoredLabel: 0, labelSmoothing: 0.1 };

const one = (f: (x: Node) => Node, shape: Input = [4, 3]): FunctionRow => pure(f, [shape]);
const two = (f: (x: Node, t: Node) => Node): FunctionRow =>
	pure(f, [
		[4, 3],
		[4, 3],
	]);
const three = (f: (x: Node, t: Node, u: Node) => Node): FunctionRow =>
	pure(f, [
		[4, 3],
		[4, 3],
		[4, 3],
	]);

export const losses: Rows = {
	binaryCrossEntropy: two((x, t) => binaryCrossEntropy(sigmoid(x), sigmoid(t))),
	binaryCrossEntropyWithLogits: two((x, t) =>
		binaryCrossEntropyWithLogits(x, sigmoid(t), { positiveWeights: [1, 2, 3] }),
	),
	cosineEmbedding: two((x, t) => cosineEmbedding(x, t, [1, -1, 1, -1], { margin: -0.9 })),
	crossEntropy: [
		one((x) => crossEntropy(softmax(x), labels)),
		one((x) => crossEntropy(softmax(x), labels, whole)),
		two((x, t) => crossEntropy(softmax(x), softmax(t))),
	],
	ctc: one(
		(x) =>
			ctc(
				logSoftmax(x),
				[
					[1, 1],
					[2, 0],
				],
				{ labelLengths: [2, 1] },
			),
		[2, 3, 3],
	),
	gaussianNegativeLogLikelihood: three((x, t, u) =>
		gaussianNegativeLogLikelihood(x, t, u.square().add(0.1), { full: true }),
	),
	halfSquaredError: two((x, t) => halfSquaredError(x, t)),
	hinge: one((x) => hinge(x, signs)),
	hingeEmbedding: one((x) => hingeEmbedding(x, signs)),
	huber: two((x, t) => huber(x, t)),
	klDivergence: [
		two((x, t) => klDivergence(logSoftmax(x), softmax(t), { reduction: 'batchMean' })),
		two((x, t) => klDivergence(logSoftmax(x), logSoftmax(t), { logTarget: true })),
	],
	marginRanking: two((x, t) => marginRanking(x, t, signs, { margin: 0.5 })),
	meanAbsoluteError: two((x, t) => meanAbsoluteError(x, t)),
	meanSquaredError: two((x, t) => meanSquaredError(x, t)),
	multiMargin: [
		one((x) => multiMargin(x, labels)),
		one((x) => multiMargin(x, labels, { power: 2, classWeights: [1, 2, 3] })),
	],
	negativeLogLikelihood: one((x) => negativeLogLikelihood(logSoftmax(x), labels)),
	poissonNegativeLogLikelihood: [
		two((x, t) => poissonNegativeLogLikelihood(x, t)),
		two((x, t) =>
			poissonNegativeLogLikelihood(abs(x).add(0.1), abs(t).add(1.5), {
				logInput: false,
				full: true,
			}),
		),
	],
	smoothL1: two((x, t) => smoothL1(x, t, { beta: 0.3 })),
	softmaxCrossEntropy: [
		one((x) => softmaxCrossEntropy(x, labels)),
		one((x) => softmaxCrossEntropy(x, labels, whole)),
		two((x, t) => softmaxCrossEntropy(x, softmax(t))),
	],
	tripletMargin: [
		three((x, t, u) => tripletMargin(x, t, u, { margin: 5 })),
		three((x, t, u) => tripletMargin(x, t, u, { margin: 5, swap: true, order: 3 })),
	],
};
