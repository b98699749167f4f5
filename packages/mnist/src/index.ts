export { DataFileError, type DataFileErrorOptions } from '@pullback/files';
export { type LabelledImages, type LoadMnistOptions, loadMnist, type Mnist } from './dataset.ts';
export { type Idx, type IdxArrays, type IdxExpectation, type IdxType, parseIdx } from './idx.ts';
export type { ProgressState } from './progress.ts';
export { type ReadIdxOptions, readIdx } from './readIdx.ts';
export {
	type EpochResult,
	type RecipeOptions,
	type TrainingEvent,
	type TrainingResult,
	trainTwoLayerNet,
} from './recipe.ts';
export { type RecipeNumbers, recipeDefaults } from './recipeNumbers.ts';
export { TrainingError } from './trainingSets.ts';
export { weightsSha256 } from './weightsHash.ts';
