import { splitKey } from '@pullback/core';
import { Affine, Sigmoid, sequential, softmaxCrossEntropy } from '@pullback/nn';
import type { Recipe } from './recipe.ts';

/** The net of Deep Learning from Scratch, chapter 3, whose weights come with the book. */
export const threeLayer: Recipe = {
	summary: "chapter 3's net: 784-50-100-10, sigmoid",
	imageShape: [784],
	net: (key) => {
		const keys = splitKey(key, 3);
		return sequential(
			new Affine({ inputs: 784, outputs: 50, key: keys.slice(0) }),
			new Sigmoid(),
			new Affine({ inputs: 50, outputs: 100, key: keys.slice(1) }),
			new Sigmoid(),
			new Affine({ inputs: 100, outputs: 10, key: keys.slice(2) }),
		);
	},
	loss: softmaxCrossEntropy,
	defaults: {
		optimizer: 'adam',
		learningRate: 0.003,
		schedule: 'cosine',
		epochs: 20,
		batchSize: 100,
	},
};
