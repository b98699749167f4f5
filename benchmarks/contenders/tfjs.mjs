import { convolution, factors, net, sample, table } from '../work/data.mjs';
import { serve } from './protocol.mjs';
import { tf } from './tfjs-library.mjs';
import { channelsLast, kernelsOf, tensorOf, trainImages, trainTransformer } from './tfjs-nets.mjs';

/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */

/**
 * @param {import('../work/works.mjs').Training} spec
 * @param {ReturnType<typeof net>} data
 */
function train({ sizes, batch, optimizer: name, learningRate }, { images, labels, layers }) {
	const classes = sizes.at(-1) ?? 1;
	const parameters = layers.map(({ inputs, outputs, weight }) => ({
		weight: tf.variable(tf.tensor2d(weight, [inputs, outputs])),
		bias: tf.variable(tf.zeros([outputs])),
	}));
	const optimizer =
		name === 'adam' ? tf.train.adam(learningRate, 0.9, 0.999, 1e-8) : tf.train.sgd(learningRate);
	const x = tf.tensor2d(images, [batch, sizes[0] ?? 0]);
	const t = tf.tensor1d(labels, 'int32');
	const lossOf = () => {
		let y = x;
		for (const [i, { weight, bias }] of parameters.entries()) {
			y = tf.add(tf.matMul(y, weight), bias);
			if (i < parameters.length - 1) y = tf.relu(y);
		}
		return tf.losses.softmaxCrossEntropy(tf.oneHot(t, classes), y);
	};
	return {
		run: () => {
			const loss = optimizer.minimize(lossOf, true);
			const [value] = loss.dataSync();
			loss.dispose();
			return value;
		},
		read: Number,
		free: () => {
			optimizer.dispose();
			tf.dispose([x, t, parameters]);
		},
	};
}

/**
 * A function of tensors, applied to the same ones again and again.
 *
 * @param {readonly Tensor[]} tensors
 * @param {(...tensors: Tensor[]) => Tensor} f
 */
function repeated(tensors, f) {
	/** @type {Tensor | null} */
	let result = null;
	return {
		run: () => {
			result?.dispose();
			result = tf.tidy(() => f(...tensors));
			return result;
		},
		read: (/** @type {Tensor} */ y) => sample(y.dataSync()),
		free: () => tf.dispose([tensors, result]),
	};
}

await serve({
	version: tf.version_core,
	works: {
		train: (spec) => train(spec, net(spec)),
		first: (spec) => {
			const data = net(spec); // made before the clock runs
			return { run: () => train(spec, data).run(), read: Number };
		},
		trainImages,
		trainTransformer,
		convolution: (spec) => {
			const { x, weight } = convolution(spec);
			const ready = repeated([channelsLast(x), kernelsOf(weight)], (x, w) =>
				tf.conv2d(x, w, 1, spec.padding),
			);
			/** @param {Tensor} y */
			const read = (y) => tf.tidy(() => sample(tf.transpose(y, [0, 3, 1, 2]).dataSync()));
			return { ...ready, read };
		},
		matmul: (spec) => {
			const { a, b } = factors(spec);
			return repeated([tensorOf(a), tensorOf(b)], tf.matMul);
		},
		elementwise: (spec) => {
			const { x, scale, shift } = table(spec);
			const tensors = [
				tf.tensor2d(x, [spec.rows, spec.columns]),
				tf.tensor1d(scale),
				tf.tensor1d(shift),
			];
			return repeated(tensors, (x, scale, shift) =>
				tf.add(tf.mul(tf.tanh(tf.add(tf.mul(x, scale), shift)), tf.sigmoid(x)), x),
			);
		},
		softmax: (spec) =>
			repeated([tf.tensor2d(table(spec).x, [spec.rows, spec.columns])], (x) => tf.softmax(x)),
		chain: ({ length }) => {
			const x = tf.scalar(1);
			const f = () =>
				tf.tidy(() => {
					let y = x;
					for (let i = 0; i < length; i += 2) y = tf.add(tf.mul(y, 0.999), 0.0015);
					return y.dataSync()[0];
				});
			return { run: f, read: Number, free: () => x.dispose() };
		},
		call: () => {
			const x = tf.scalar(1);
			return {
				run: () => tf.tidy(() => tf.add(x, 1).dataSync()[0]),
				read: Number,
				free: () => x.dispose(),
			};
		},
	},
});
