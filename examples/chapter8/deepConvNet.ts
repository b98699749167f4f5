// Chapter 8: six convolutions, three poolings and two affine layers, initialised as He has it, with dropout.
import { randomKey, splitKey } from '@pullback/core';
import {
	Affine,
	Conv2d,
	Dropout,
	Flatten,
	MaxPool2d,
	Relu,
	type Sequential,
	sequential,
} from '@pullback/nn';
import { train } from '../chapter7/simpleConvNet.ts';

/** The net, of images [n, 1, 28, 28]. */
export function deepConvNet(seed: number): Sequential {
	const keys = splitKey(randomKey(seed), 10);
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

if (process.argv[1] === import.meta.filename)
	for await (const accuracy of train(deepConvNet(0), 1200))
		console.log(`accuracy on the test images: ${accuracy}`);
