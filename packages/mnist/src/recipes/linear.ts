import { Affine, sequential, softmaxCrossEntropy } from '@pullback/nn';
import type { Recipe } from './recipe.ts';

export const linear: Recipe = {
	summary: 'one affine layer: softmax regression',
	imageShape: [784],
	net: (key) => sequential(new Affine({ inputs: 784, outputs: 10, key })),
	loss: softmaxCrossEntropy,
	defaults: {
		optimizer: 'sgd',
		learningRate: 0.1,
		schedule: 'constant',
		epochs: 5,
		batchSize: 100,
	},
};
