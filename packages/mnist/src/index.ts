export { DataFileError, type DataFileErrorOptions } from '@pullback/files';
export type { EpochResult, TrainingEvent } from './bookTraining.ts';
export { type LoadMnistOptions, loadMnist } from './dataset.ts';
export { type Idx, type IdxArrays, type IdxExpectation, type IdxType, parseIdx } from './idx.ts';
export { datasetOf, type LabelledImages, type Mnist } from './labelledImages.ts';
export {
	formatNet,
	type NetFileOptions,
	parseNet,
	type SavedNet,
	type TrainedNet,
} from './netFile.ts';
export { type NamedBytes, parseSet, type SetOptions } from './parseSet.ts';
export { digitFromPicture } from './picture/digitFromPicture.ts';
export { type PretrainedName, pretrained } from './pretrained.ts';
export type { ProgressState } from './progress.ts';
export { type ReadIdxOptions, readIdx } from './readIdx.ts';
export { type RecipeOptions, type TrainingResult, trainTwoLayerNet } from './recipe.ts';
export { type RecipeNumbers, recipeDefaults } from './recipeNumbers.ts';
export type { Recipe, RecipeDefaults } from './recipes/recipe.ts';
export { type RecipeName, recipes } from './recipes/table.ts';
export { loadNet, saveNet } from './savedNet.ts';
export type { Losses, NetEpoch } from './training/history.ts';
export type { NetEvent } from './training/netRun.ts';
export type { OptimizerName } from './training/optimizers.ts';
export type { ScheduleName } from './training/schedules.ts';
export type { RunSettings } from './training/settings.ts';
export { type NetTraining, type TrainNetOptions, trainNet } from './training/trainNet.ts';
export { TrainingError } from './trainingSets.ts';
export { type TwoLayerGradients, TwoLayerNet, type TwoLayerNetOptions } from './twoLayerNet.ts';
export { weightsSha256 } from './weightsHash.ts';
