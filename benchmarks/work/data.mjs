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
 * The two factors of a matmul.
 *
 * @param {number} size
 */
export function factors(size) {
	return { a: uniform(size * size, 3, 0, 1), b: uniform(size * size, 4, 0, 1) };
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
