import { splitKey } from '@pullback/core';
import {
	Affine,
	Conv2d,
	Flatten,
	MaxPool2d,
	Relu,
	sequential,
	softmaxCrossEntropy,
} from '@pullback/nn';
import type { Recipe } from './recipe.ts';

/** Deep Learning from Scratch, chapter 7: thirty kernels of 5 by 5, the largest of every 2 by 2, two affine layers. */
export const convnet: Recipe = {
	summary: "chapter 7's net: a convolution, a pooling, two affine layers",
	imageShape: [1, 28, 28],
	net: (key) => {
		const keys = splitKey(key, 3);
		return sequential(
			new Conv2d({ inputs: 1, outputs: 30, kernelSize: 5, key: keys.slice(0) }),
			new Relu(),
			new MaxPool2d(2),
			new Flatten(),
			new Affine({ inputs: 30 * 12 * 12, outputs: 100, key: keys.slice(1) }),
			new Relu(),
			new Affine({ inputs: 100, outputs: 10, key: keys.slice(2) }),
		);
	},
	loss: softmaxCrossEntropy,
	defaults: {
		optimizer: 'adam',
		learningRate: 0.001,
		schedule: 'cosine',
		epochs: 5,
		batchSize: 100,
	},
};
