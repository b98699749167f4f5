import type * as tf from '@tensorflow/tfjs-core';
import type { NetName, Numbers } from '../protocol.ts';

type Library = typeof tf;

/** A net of TF.js: the scores of each digit [n, 10] of images [n, 784]. */
export type Scores = (images: tf.Tensor) => tf.Tensor;

/** Makes a net of weights in the order that ours has them, which become its variables. */
type MakeNet = (tf: Library, weights: readonly Numbers[]) => Scores;

/** The same nets as ours. TF.js has channels last, and kernels as [height, width, in, out]. */
export const nets: Readonly<Record<NetName, MakeNet>> = {
	'two-layer': (tf, [weight1, bias1, weight2, bias2]) => {
		const first = affine(tf, tensorOf(tf, weight1), tensorOf(tf, bias1));
		const second = affine(tf, tensorOf(tf, weight2), tensorOf(tf, bias2));
		return (images) => second(tf.relu(first(images)));
	},
	convnet: (tf, [kernels, bias, weight1, bias1, weight2, bias2]) => {
		const filter = tf.variable(tf.transpose(tensorOf(tf, kernels), [2, 3, 1, 0]));
		const shift = tf.variable(tensorOf(tf, bias));
		const first = affine(tf, channelsLast(tf, weight1), tensorOf(tf, bias1));
		const second = affine(tf, tensorOf(tf, weight2), tensorOf(tf, bias2));
		return (images) => {
			const convolved = tf.conv2d(tf.reshape(images, [-1, 28, 28, 1]), filter, 1, 0);
			const pooled = tf.maxPool(tf.relu(tf.add(convolved, shift)), 2, 2, 'valid');
			return second(tf.relu(first(tf.reshape(pooled, [-1, 30 * 12 * 12]))));
		};
	},
};

function tensorOf(tf: Library, numbers: Numbers | undefined): tf.Tensor {
	if (numbers === undefined) throw new Error('internal: fewer weights than the net has');
	return tf.tensor(numbers.values, numbers.shape);
}

/** The weight of the affine layer behind the pooling, for what is flattened with its channels last. */
function channelsLast(tf: Library, weight: Numbers | undefined): tf.Tensor {
	const split = tf.reshape(tensorOf(tf, weight), [30, 12, 12, 100]);
	return tf.reshape(tf.transpose(split, [1, 2, 0, 3]), [12 * 12 * 30, 100]);
}

function affine(tf: Library, initialWeight: tf.Tensor, initialBias: tf.Tensor): Scores {
	const weight = tf.variable(initialWeight);
	const bias = tf.variable(initialBias);
	return (x) => tf.add(tf.matMul(x, weight), bias);
}
