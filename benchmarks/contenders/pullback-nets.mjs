import {
	gelu,
	ones,
	relu,
	rsqrt,
	scaledDotProductAttention,
	tensor,
	variable,
	zeros,
} from '../../packages/core/dist/index.js';
import { meanSquaredError, SGD, softmaxCrossEntropy } from '../../packages/nn/dist/index.js';
import { imageNet, transformer } from '../work/data.mjs';
import { compile } from './pullback-engine.mjs';

/** @typedef {import('../../packages/core/dist/index.js').Node} Node */
/** @typedef {import('../../packages/core/dist/index.js').Variable} Variable */
/** @typedef {{ shape: readonly number[], data: Float32Array }} Numbers */

/** @param {Numbers} numbers */
export const array = ({ shape, data }) => tensor(data, { shape });

/** The Variables that are trained. */
class Parameters {
	/** @type {Variable[]} */
	all = [];

	/** @param {Node} init */
	add(init) {
		const parameter = variable(init, { name: `parameter${this.all.length}` });
		this.all.push(parameter);
		return parameter;
	}

	/** @param {Numbers} initial [inputs, outputs] */
	affine(initial) {
		const weight = this.add(array(initial));
		const bias = this.add(zeros(initial.shape.slice(1)));
		return (/** @type {Node} */ x) => x.matmul(weight).add(bias);
	}

	/** @param {number} width */
	layerNorm(width) {
		const scale = this.add(ones([width]));
		const shift = this.add(zeros([width]));
		return (/** @type {Node} */ x) => {
			const centred = x.sub(x.mean(-1, { keepDims: true }));
			const variance = centred.square().mean(-1, { keepDims: true });
			return centred
				.mul(rsqrt(variance.add(1e-5)))
				.mul(scale)
				.add(shift);
		};
	}
}

/**
 * A layer as a function of its input.
 *
 * @param {ReturnType<typeof imageNet>['layers'][number]} layer
 * @param {Parameters} parameters to which its own are added
 * @returns {(x: Node) => Node}
 */
function layerOf(layer, parameters) {
	switch (layer.op) {
		case 'relu':
			return relu;
		case 'maxPool':
			return (x) => x.maxPool2d(layer.size);
		case 'pixelMean':
			return (x) => x.mean([2, 3]);
		case 'affine': {
			const affine = parameters.affine(layer.weight);
			return (x) => affine(x.flatten(1));
		}
		case 'convolution': {
			const { outputs, padding, groups } = layer;
			const weight = parameters.add(array(layer.weight));
			const bias = parameters.add(zeros([outputs]));
			return (x) => x.conv2d(weight, { bias, padding, groups });
		}
	}
}

/**
 * A step of SGD.
 *
 * @param {Parameters} parameters
 * @param {number} learningRate
 * @param {readonly [x: Node, t: Node]} batch
 * @param {(x: Node, t: Node) => Node} lossOf
 */
function trained(parameters, learningRate, [x, t], lossOf) {
	const optimizer = new SGD(parameters.all, { learningRate });
	const step = compile((/** @type {Node} */ x, /** @type {Node} */ t) => {
		const loss = lossOf(x, t);
		optimizer.minimize(loss);
		return loss;
	});
	return { run: () => step(x, t).item(), read: Number };
}

/** @param {import('../work/works.mjs').ImageTraining} spec */
export function trainImages(spec) {
	const { images, labels, layers } = imageNet(spec);
	const parameters = new Parameters();
	const functions = layers.map((layer) => layerOf(layer, parameters));
	return trained(parameters, spec.learningRate, [array(images), tensor(labels)], (x, t) => {
		const logits = functions.reduce((y, f) => f(y), x);
		return softmaxCrossEntropy(logits, t);
	});
}

/** @param {import('../work/works.mjs').TransformerTraining} spec */
export function trainTransformer(spec) {
	const { x, target, weights } = transformer(spec);
	const { width, heads, tokens, batch, learningRate } = spec;
	const parameters = new Parameters();
	const query = parameters.affine(weights.query);
	const key = parameters.affine(weights.key);
	const value = parameters.affine(weights.value);
	const output = parameters.affine(weights.output);
	const up = parameters.affine(weights.up);
	const down = parameters.affine(weights.down);
	const normBefore = parameters.layerNorm(width);
	const normBetween = parameters.layerNorm(width);
	/** @param {Node} y */
	const byHeads = (y) => y.reshape([batch, tokens, heads, width / heads]).transpose(1, 2);
	return trained(parameters, learningRate, [array(x), array(target)], (x, target) => {
		const seen = normBefore(x);
		const attended = scaledDotProductAttention(
			byHeads(query(seen)),
			byHeads(key(seen)),
			byHeads(value(seen)),
		);
		const residual = x.add(output(attended.transpose(1, 2).reshape(x.shape)));
		return meanSquaredError(residual.add(down(gelu(up(normBetween(residual))))), target);
	});
}
