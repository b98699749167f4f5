import { type Node, splitKey } from '@pullback/core';
import {
	Affine,
	Conv2d,
	Dropout,
	Flatten,
	MaxPool2d,
	Relu,
	type Sequential,
	sequential,
	softmaxCrossEntropy,
} from '@pullback/nn';
import type { Recipe } from './recipe.ts';

/** Deep Learning from Scratch, chapter 8. */
export const deepConvnet: Recipe = {
	summary: "chapter 8's net: six convolutions, three poolings, two affine layers, dropout",
	imageShape: [1, 28, 28],
	net,
	loss: softmaxCrossEntropy,
	defaults: {
		optimizer: 'adam',
		learningRate: 0.001,
		schedule: 'cosine',
		epochs: 10,
		batchSize: 100,
	},
};

function net(key: Node): Sequential {
	const keys = splitKey(key, 10);
	const convolution = (i: number, inputs: number, outputs: number, padding = 1): Conv2d =>
		new Conv2d({ inputs, outputs, kernelSize: 3, padding, key: keys.slice(i) });
	return sequential(
		convolution(0, 1, 16),
		new Relu(),
		convolution(1, 16, 16),
		new Relu(),
		new MaxPool2d(2),
		convolution(2, 16, 32),
		new Relu(),
		convolution(3, 32, 32, 2),
		new Relu(),
		new MaxPool2d(2),
		convolution(4, 32, 64),
		new Relu(),
		convolution(5, 64, 64),
		new Relu(),
		new MaxPool2d(2),
		new Flatten(),
		new Affine({ inputs: 64 * 4 * 4, outputs: 50, key: keys.slice(6) }),
		new Relu(),
		new Dropout({ rate: 0.5, key: keys.slice(7) }),
		new Affine({ inputs: 50, outputs: 10, key: keys.slice(8) }),
		new Dropout({ rate: 0.5, key: keys.slice(9) }),
	);
}
