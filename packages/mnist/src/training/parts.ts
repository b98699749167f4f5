/** The parts of a run, for programs that train the recipes in a loop of their own. They take settings that were checked. */
import { type Node, randomKey, splitKey } from '@pullback/core';
import type { IndexedBatches, Optimizer, Sequential } from '@pullback/nn';
import { datasetOf, type LabelledImages } from '../labelledImages.ts';
import { recipes } from '../recipes/table.ts';
import { optimizers } from './optimizers.ts';
import { schedules } from './schedules.ts';
import type { RunSettings } from './settings.ts';

export { classes, imageSide } from '../labelledImages.ts';
export { OfImages } from '../recipes/ofImages.ts';
export { type Score, scoreOf } from '../score.ts';
export { checkedSettings } from './settings.ts';

/** The keys that the seed of a run is split into: of the net, and of the order of the images. */
function keysOf(seed: number): readonly [net: Node, order: Node] {
	const keys = splitKey(randomKey(seed));
	return [keys.slice(0), keys.slice(1)];
}

/** The new net of a run, of images in the form of its recipe. */
export function newNet({ recipe, seed }: Pick<RunSettings, 'recipe' | 'seed'>): Sequential {
	const [key] = keysOf(seed);
	return recipes[recipe].net(key);
}

/** The batches of a run, every training image once in an epoch. */
export function batchesOf(
	{ batchSize, seed }: Pick<RunSettings, 'batchSize' | 'seed'>,
	train: LabelledImages,
): IndexedBatches<readonly [Node, Node]> {
	const [, key] = keysOf(seed);
	return datasetOf(train).batches({ size: batchSize, shuffle: true, key });
}

/** What moves the parameters of a net in a run of so many batches an epoch. */
export function optimizerOf(
	{ optimizer, learningRate, schedule, epochs }: RunSettings,
	model: Sequential,
	batches: number,
): Optimizer {
	const rate = schedules[schedule](learningRate, epochs * batches);
	return optimizers[optimizer](model.parameters(), rate);
}
