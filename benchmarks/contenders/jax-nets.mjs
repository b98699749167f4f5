import { imageNet, transformer } from '../work/data.mjs';
import { array, lax, nn, np, trainedBySgd } from './jax-library.mjs';

/** @typedef {import('@jax-js/jax').Array} Array_ */
/** @typedef {{ weight: Array_, bias: Array_ }} Affine */

/** @param {{ shape: readonly number[], data: Float32Array }} initial [inputs, outputs] */
function affineOf(initial) {
	return { weight: array(initial), bias: np.zeros(initial.shape.slice(1)) };
}

/**
 * @param {Affine} affine
 * @param {Array_} x
 */
const applied = ({ weight, bias }, x) => np.matmul(x, weight).add(bias);

/**
 * A layer as a function of its input and the parameters of the net.
 *
 * @param {ReturnType<typeof imageNet>['layers'][number]} layer
 * @param {Affine[]} initial to which its own are added
 * @returns {(x: Array_, parameters: readonly Affine[]) => Array_}
 */
function layerOf(layer, initial) {
	/** @param {readonly Affine[]} parameters */
	const own = (parameters) => /** @type {Affine} */ (parameters[index]); // pushed below
	const index = initial.length;
	switch (layer.op) {
		case 'relu':
			return nn.relu;
		case 'maxPool': {
			const window = [layer.size, layer.size];
			return (x) => lax.reduceWindow(x, (seen) => np.max(seen), window, window);
		}
		case 'pixelMean':
			return (x) => x.mean([2, 3]);
		case 'affine':
			initial.push(affineOf(layer.weight));
			return (x, parameters) => applied(own(parameters), x.reshape([x.shape[0] ?? 0, -1]));
		case 'convolution': {
			const { outputs, padding, groups } = layer;
			const around = /** @type {const} */ ([padding, padding]);
			initial.push({ weight: array(layer.weight), bias: np.zeros([outputs, 1, 1]) });
			return (x, parameters) => {
				const { weight, bias } = own(parameters);
				const options = { featureGroupCount: groups };
				return lax.convGeneralDilated(x, weight, [1, 1], [around, around], options).add(bias);
			};
		}
	}
}

/** @param {import('../work/works.mjs').ImageTraining} spec */
export function trainImages(spec) {
	const { images, labels, layers } = imageNet(spec);
	/** @type {Affine[]} */
	const initial = [];
	const functions = layers.map((layer) => layerOf(layer, initial));
	const t = np.array(labels, { dtype: np.int32 });
	return trainedBySgd(initial, spec.learningRate, [array(images), t], (parameters, x, t) => {
		const logits = functions.reduce((y, f) => f(y, parameters), x);
		const classes = logits.shape[1] ?? 0;
		return nn
			.logSoftmax(logits)
			.mul(nn.oneHot(t, classes))
			.sum()
			.mul(-1 / spec.batch);
	});
}

/** @param {import('../work/works.mjs').TransformerTraining} spec */
export function trainTransformer(spec) {
	const { x, target, weights } = transformer(spec);
	const { width, heads, tokens, batch, learningRate } = spec;
	const norm = () => ({
		weight: array({ shape: [width], data: new Float32Array(width).fill(1) }),
		bias: np.zeros([width]),
	});
	const initial = {
		query: affineOf(weights.query),
		key: affineOf(weights.key),
		value: affineOf(weights.value),
		output: affineOf(weights.output),
		up: affineOf(weights.up),
		down: affineOf(weights.down),
		before: norm(),
		between: norm(),
	};
	/**
	 * @param {Affine} norm
	 * @param {Array_} y
	 */
	const normalized = ({ weight, bias }, y) => nn.standardize(y).mul(weight).add(bias);
	/** @param {Array_} y */
	const byHeads = (y) => y.reshape([batch, tokens, heads, width / heads]);
	return trainedBySgd(initial, learningRate, [array(x), array(target)], (parameters, x, target) => {
		const seen = normalized(parameters.before, x.ref);
		const attended = nn.dotProductAttention(
			byHeads(applied(parameters.query, seen.ref)),
			byHeads(applied(parameters.key, seen.ref)),
			byHeads(applied(parameters.value, seen)),
		);
		const residual = x.add(applied(parameters.output, attended.reshape([batch, tokens, width])));
		const up = applied(parameters.up, normalized(parameters.between, residual.ref));
		const y = residual.add(applied(parameters.down, nn.gelu(up, { approximate: false })));
		return np.square(y.sub(target)).mean();
	});
}
