export {
	type HuberOptions,
	huber,
	meanAbsoluteError,
	type SmoothL1Options,
	smoothL1,
} from './absoluteError.ts';
export {
	type BinaryCrossEntropyOptions,
	type BinaryCrossEntropyWithLogitsOptions,
	binaryCrossEntropy,
	binaryCrossEntropyWithLogits,
} from './binaryCrossEntropy.ts';
export type { ClassOptions, CrossEntropyOptions } from './classLosses.ts';
export { crossEntropy, negativeLogLikelihood, softmaxCrossEntropy } from './crossEntropy.ts';
export { type CtcOptions, ctc } from './ctc.ts';
export { cosineEmbedding, type TripletMarginOptions, tripletMargin } from './embeddings.ts';
export {
	hinge,
	hingeEmbedding,
	type MultiMarginOptions,
	marginRanking,
	multiMargin,
} from './hinge.ts';
export { type KlDivergenceOptions, klDivergence } from './klDivergence.ts';
export {
	type GaussianOptions,
	gaussianNegativeLogLikelihood,
	type PoissonOptions,
	poissonNegativeLogLikelihood,
} from './likelihoods.ts';
export type { MarginOptions } from './margin.ts';
export type { LossOptions, Reduction } from './reduction.ts';
export { halfSquaredError, meanSquaredError } from './squaredError.ts';
