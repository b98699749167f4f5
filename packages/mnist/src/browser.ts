/** What of the package runs in browsers, which have no files: sets and nets in bytes, recipes, and digits in pictures. */
export { type Idx, type IdxArrays, type IdxExpectation, type IdxType, parseIdx } from './idx.ts';
export {
	datasetOf,
	type LabelledImages,
	type Mnist,
} from './labelledImages.ts';
export {
	formatNet,
	type NetFileOptions,
	parseNet,
	type SavedNet,
	type TrainedNet,
} from './netFile.ts';
export { type NamedBytes, parseSet, type SetOptions } from './parseSet.ts';
export { digitFromPicture } from './picture/digitFromPicture.ts';
export type { Recipe, RecipeDefaults } from './recipes/recipe.ts';
export { type RecipeName, recipes } from './recipes/table.ts';
export type { OptimizerName } from './training/optimizers.ts';
export type { ScheduleName } from './training/schedules.ts';
export type { RunSettings } from './training/settings.ts';
