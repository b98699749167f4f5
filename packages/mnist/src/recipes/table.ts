import { convnet } from './convnet.ts';
import { deepConvnet } from './deepConvnet.ts';
import { linear } from './linear.ts';
import type { Recipe } from './recipe.ts';
import { threeLayer } from './threeLayer.ts';
import { twoLayer } from './twoLayer.ts';

/** The recipes by the names that they have on the command line, and in files of weights. */
export const recipes: Readonly<Record<RecipeName, Recipe>> = {
	linear,
	'two-layer': twoLayer,
	'three-layer': threeLayer,
	convnet,
	'deep-convnet': deepConvnet,
};

export type RecipeName = 'linear' | 'two-layer' | 'three-layer' | 'convnet' | 'deep-convnet';
