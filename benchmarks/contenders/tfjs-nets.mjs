import { imageNet, transformer } from '../work/data.mjs';
import { tf } from './tfjs-library.mjs';

// TF.js has channels last, and kernels as [height, width, in, out].

/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */
/** @typedef {{ shape: readonly number[], data: Float32Array }} Numbers */

/** @param {Numbers} numbers */
export const tensorOf = ({ shape, data }) => tf.tensor(data, shape);

/**
 * Images with their channels last.
 *
 * @param {Numbers} images [batch, channels, height, width]
 */
export const channelsLast = (images) => tf.tidy(() => tf.transpose(tensorOf(images), [0, 2, 3, 1]));

/**
 * Kernels as TF.js takes them.
 *
 * @param {Numbers} kernels [out, in, height, width]
 */
export const kernelsOf = (kernels) => tf.tidy(() => tf.transpose(tensorOf(kernels), [2, 3, 1, 0]));

/** The variables that are trained. */
class Parameters {
	/** @type {Tensor[]} */
	all = [];

	/** @param {Tensor} initial which it takes over */
	add(initial) {
		const parameter = tf.variable(initial);
		initial.dispose();
		this.all.push(parameter);
		return parameter;
	}

	/** @param {Tensor} initial [inputs, outputs] */
	affine(initial) {
		const [, outputs = 0] = initial.shape;
		const weight = this.add(initial);
		const bias = this.add(tf.zeros([outputs]));
		return (/** @type {Tensor} */ x) => tf.add(tf.matMul(x, weight), bias);
	}

	/** @param {number} width */
	layerNorm(width) {
		const scale = this.add(tf.ones([width]));
		const shift = this.add(tf.zeros([width]));
		return (/** @type {Tensor} */ x) => {
			const { mean, variance } = tf.moments(x, -1, true);
			const normalized = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
			return tf.add(tf.mul(normalized, scale), shift);
		};
	}
}

/**
 * An affine layer's weight for what is flattened with its channels last.
 *
 * @param {Numbers} weight [inputs, outputs], of inputs that are flattened with their channels first
 * @param {readonly number[]} from the shape that is flattened: [channels, height, width], or [inputs]
 */
function affineWeight(weight, from) {
	if (from.length === 1) return tensorOf(weight);
	return tf.tidy(() => {
		const [inputs, outputs] = weight.shape;
		const split = tf.reshape(tensorOf(weight), [...from, outputs ?? 0]);
		return tf.reshape(tf.transpose(split, [1, 2, 0, 3]), [inputs ?? 0, outputs ?? 0]);
	});
}

/**
 * A layer as a function of its input, channels last.
 *
 * @param {ReturnType<typeof imageNet>['layers'][number]} layer
 * @param {Parameters} parameters to which its own are added
 * @returns {(x: Tensor) => Tensor}
 */
function layerOf(layer, parameters) {
	switch (layer.op) {
		case 'relu':
			return tf.relu;
		case 'maxPool':
			return (x) => tf.maxPool(x, layer.size, layer.size, 'valid');
		case 'pixelMean':
			return (x) => tf.mean(x, [1, 2]);
		case 'affine': {
			const affine = parameters.affine(affineWeight(layer.weight, layer.from));
			return (x) => affine(tf.reshape(x, [x.shape[0] ?? 0, -1]));
		}
		case 'convolution': {
			const { outputs, padding, groups, weight } = layer;
			const depthwise = groups === outputs && weight.shape[1] === 1;
			if (groups > 1 && !depthwise)
				throw new Error(`TF.js has no convolution in ${groups} groups that is not depthwise`);
			const kernels = kernelsOf(weight);
			const filter = parameters.add(depthwise ? tf.transpose(kernels, [0, 1, 3, 2]) : kernels);
			const bias = parameters.add(tf.zeros([outputs]));
			const convolve = depthwise ? tf.depthwiseConv2d : tf.conv2d;
			return (x) => tf.add(convolve(x, filter, 1, padding), bias);
		}
	}
}

/**
 * A step of SGD.
 *
 * @param {Parameters} parameters
 * @param {number} learningRate
 * @param {readonly [x: Tensor, t: Tensor]} batch
 * @param {(x: Tensor, t: Tensor) => Tensor} lossOf
 */
function trained(parameters, learningRate, [x, t], lossOf) {
	const optimizer = tf.train.sgd(learningRate);
	return {
		run: () => {
			const loss = optimizer.minimize(() => lossOf(x, t), true);
			const [value] = loss.dataSync();
			loss.dispose();
			return value;
		},
		read: Number,
		free: () => {
			optimizer.dispose();
			tf.dispose([x, t, parameters.all]);
		},
	};
}

/** @param {import('../work/works.mjs').ImageTraining} spec */
export function trainImages(spec) {
	const { images, labels, layers } = imageNet(spec);
	const parameters = new Parameters();
	const functions = layers.map((layer) => layerOf(layer, parameters));
	const batch = /** @type {const} */ ([channelsLast(images), tf.tensor1d(labels, 'int32')]);
	return trained(parameters, spec.learningRate, batch, (x, t) => {
		const logits = functions.reduce((y, f) => f(y), x);
		return tf.losses.softmaxCrossEntropy(tf.oneHot(t, logits.shape[1] ?? 0), logits);
	});
}

/** @param {import('../work/works.mjs').TransformerTraining} spec */
export function trainTransformer(spec) {
	const { x, target, weights } = transformer(spec);
	const { width, heads, tokens, batch, learningRate } = spec;
	const parameters = new Parameters();
	const query = parameters.affine(tensorOf(weights.query));
	const key = parameters.affine(tensorOf(weights.key));
	const value = parameters.affine(tensorOf(weights.value));
	const output = parameters.affine(tensorOf(weights.output));
	const up = parameters.affine(tensorOf(weights.up));
	const down = parameters.affine(tensorOf(weights.down));
	const normBefore = parameters.layerNorm(width);
	const normBetween = parameters.layerNorm(width);
	// Its affine layers take matrices: the tokens of all examples are rows of one.
	const rows = [batch * tokens, width];
	/** @param {Tensor} y */
	const byHeads = (y) =>
		tf.transpose(tf.reshape(y, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
	/** @param {Tensor} y */
	const gelu = (y) => tf.mul(tf.mul(y, 0.5), tf.add(tf.erf(tf.mul(y, Math.SQRT1_2)), 1));
	const ends = [x, target].map(({ data }) => tensorOf({ shape: rows, data }));
	return trained(parameters, learningRate, /** @type {[Tensor, Tensor]} */ (ends), (x, target) => {
		const seen = normBefore(x);
		const [q, k, v] = [byHeads(query(seen)), byHeads(key(seen)), byHeads(value(seen))];
		const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width / heads));
		const attended = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
		const residual = tf.add(x, output(tf.reshape(attended, rows)));
		const y = tf.add(residual, down(gelu(up(normBetween(residual)))));
		return tf.losses.meanSquaredError(target, y);
	});
}
