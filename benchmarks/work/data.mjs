// The same numbers in every language: data.py is this file in Python.

/**
 * Bits that look random, of a position and a seed.
 *
 * @param {number} index
 * @param {number} seed
 */
function bits(index, seed) {
	let h = (Math.imul(index, 0x9e3779b1) + Math.imul(seed, 0x85ebca6b)) >>> 0;
	h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
	h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
	return (h ^ (h >>> 15)) >>> 0;
}

/**
 * Numbers spread evenly over [low, high).
 *
 * @param {number} count
 * @param {number} seed
 * @param {number} low
 * @param {number} high
 */
export function uniform(count, seed, low, high) {
	return Float32Array.from(
		{ length: count },
		(_, i) => low + (high - low) * (bits(i, seed) / 2 ** 32),
	);
}

/**
 * Class indices.
 *
 * @param {number} count
 * @param {number} seed
 * @param {number} classes
 */
export function labels(count, seed, classes) {
	return Int32Array.from({ length: count }, (_, i) => bits(i, seed) % classes);
}

/**
 * A weight by He's rule, even.
 *
 * @param {readonly number[]} shape
 * @param {number} inputs that one output is a sum of
 * @param {number} seed
 */
function weight(shape, inputs, seed) {
	const limit = Math.sqrt(6 / inputs);
	return { shape, data: uniform(product(shape), seed, -limit, limit) };
}

/** @param {readonly number[]} lengths */
function product(lengths) {
	return lengths.reduce((size, length) => size * length, 1);
}

/**
 * The batch, and for each layer its size and first weight (He's, even); biases start at 0.
 *
 * @param {{ sizes: readonly number[], batch: number }} spec
 */
export function net({ sizes, batch }) {
	const [features = 0] = sizes;
	const layers = sizes.slice(1).map((outputs, i) => {
		const inputs = sizes[i] ?? 0;
		const limit = Math.sqrt(6 / inputs);
		return { inputs, outputs, weight: uniform(inputs * outputs, 10 + i, -limit, limit) };
	});
	return {
		images: uniform(batch * features, 1, 0, 1),
		labels: labels(batch, 2, sizes.at(-1) ?? 1),
		layers,
	};
}

/**
 * The batch, channels first, and the layers with what they begin with: a convolution's weight is
 * [outputs, channels / groups, kernel, kernel]; an affine layer's is [inputs, outputs], where `from` is the shape of one
 * example, which is flattened in that order.
 *
 * @param {import('./works.mjs').ImageTraining} spec
 */
export function imageNet({ image, batch, layers }) {
	/** @type {readonly number[]} */
	let shape = image;
	let seed = 10;
	const made = layers.map((layer) => {
		const from = shape;
		const [channels = 1, height = 1, width = 1] = from;
		switch (layer.op) {
			case 'convolution': {
				const { outputs, kernel, padding, groups } = layer;
				const longer = 2 * padding - kernel + 1;
				shape = [outputs, height + longer, width + longer];
				const kernels = [outputs, channels / groups, kernel, kernel];
				return { ...layer, weight: weight(kernels, product(kernels) / outputs, seed++) };
			}
			case 'maxPool':
				shape = [channels, height / layer.size, width / layer.size];
				return layer;
			case 'relu':
				return layer;
			case 'pixelMean':
				shape = [channels];
				return layer;
			case 'affine':
				break;
		}
		const inputs = product(from);
		shape = [layer.outputs];
		return { ...layer, from, weight: weight([inputs, layer.outputs], inputs, seed++) };
	});
	return {
		images: { shape: [batch, ...image], data: uniform(batch * product(image), 1, 0, 1) },
		labels: labels(batch, 2, product(shape)),
		layers: made,
	};
}

/**
 * Input and target, [batch, tokens, width], and the weights of a transformer block, [inputs, outputs]; biases start at
 * 0, and what is normalised is first multiplied by 1.
 *
 * @param {import('./works.mjs').TransformerTraining} spec
 */
export function transformer({ width, hidden, tokens, batch }) {
	const shape = [batch, tokens, width];
	return {
		x: { shape, data: uniform(product(shape), 1, -1, 1) },
		target: { shape, data: uniform(product(shape), 2, -1, 1) },
		weights: {
			query: weight([width, width], width, 10),
			key: weight([width, width], width, 11),
			value: weight([width, width], width, 12),
			output: weight([width, width], width, 13),
			up: weight([width, hidden], width, 14),
			down: weight([hidden, width], hidden, 15),
		},
	};
}

/**
 * Images and kernels, channels first.
 *
 * @param {import('./works.mjs').Convolution} spec
 */
export function convolution({ channels, outputs, size, kernel, batch }) {
	const shape = [batch, channels, size, size];
	const kernels = [outputs, channels, kernel, kernel];
	return {
		x: { shape, data: uniform(product(shape), 1, 0, 1) },
		weight: weight(kernels, product(kernels) / outputs, 10),
	};
}

/**
 * The two factors of a matmul.
 *
 * @param {import('./works.mjs').Matmul} spec
 */
export function factors({ rows, inner, columns }) {
	return {
		a: { shape: [rows, inner], data: uniform(rows * inner, 3, 0, 1) },
		b: { shape: [inner, columns], data: uniform(inner * columns, 4, 0, 1) },
	};
}

/**
 * The input of the elementwise work and of softmax, and the scale and shift of each column.
 *
 * @param {{ rows: number, columns: number }} spec
 */
export function table({ rows, columns }) {
	return {
		x: uniform(rows * columns, 5, -2, 2),
		scale: uniform(columns, 6, 0.5, 1.5),
		shift: uniform(columns, 7, -0.5, 0.5),
	};
}

/**
 * One number of a large result: enough to see that contenders computed the same.
 *
 * @param {ArrayLike<number>} data
 */
export function sample(data) {
	const at = [0, Math.floor(data.length / 3), data.length - 1];
	return at.reduce((total, index) => total + (data[index] ?? Number.NaN), 0);
}
