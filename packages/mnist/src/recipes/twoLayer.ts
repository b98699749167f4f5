import { splitKey } from '@pullback/core';
import { Affine, normalInitializer, Relu, sequential, softmaxCrossEntropy } from '@pullback/nn';
import type { Recipe } from './recipe.ts';

/** Deep Learning from Scratch, chapter 5. */
export const twoLayer: Recipe = {
	summary: "chapter 5's net: 784-50-10, ReLU",
	imageShape: [784],
	net: (key) => {
		const keys = splitKey(key);
		const weight = normalInitializer(0.01);
		return sequential(
			new Affine({ inputs: 784, outputs: 50, key: keys.slice(0), weight }),
			new Relu(),
			new Affine({ inputs: 50, outputs: 10, key: keys.slice(1), weight }),
		);
	},
	loss: softmaxCrossEntropy,
	defaults: {
		optimizer: 'sgd',
		learningRate: 0.1,
		schedule: 'constant',
		epochs: 17,
		batchSize: 100,
	},
};
