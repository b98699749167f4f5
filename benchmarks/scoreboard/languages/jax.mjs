import { readFileSync } from 'node:fs';

const list = JSON.stringify;

/** @typedef {import('../script.mjs').Call} Call */

/** What jax-js offers, by the method of Node that it is. */
const table = /** @type {Record<string, (call: Call) => string | null>} */ ({
	sin: unary('np.sin'),
	tanh: unary('np.tanh'),
	exp: unary('np.exp'),
	neg: unary('np.negative'),
	abs: unary('np.abs'),
	floor: unary('np.floor'),
	transpose: unary('np.transpose'),
	flip: unary('np.flip'),
	sigmoid: unary('nn.sigmoid'),
	softplus: unary('nn.softplus'),
	relu: unary('nn.relu'),
	erf: unary('lax.erf'),
	add: ({ operands: [x, y] }) => `${x}.add(${y})`,
	sub: ({ operands: [x, y] }) => `${x}.sub(${y})`,
	mul: ({ operands: [x, y] }) => `${x}.mul(${y})`,
	maximum: ({ operands: [x, y] }) => `np.maximum(${x}, ${y})`,
	matmul: ({ operands: [x, y] }) => `np.matmul(${x}, ${y})`,
	outer: ({ operands: [x, y] }) => `np.outer(${x}, ${y})`,
	pow: ({ operands: [x], rest: [exponent] }) => `np.power(${x}, ${exponent})`,
	sum: ({ operands: [x], rest: [axis] }) => along(x, `${x}.sum(${axis})`),
	mean: ({ operands: [x], rest: [axis] }) => along(x, `${x}.mean(${axis}, { keepdims: true })`),
	softmax: ({ operands: [x], rest: [axis] }) => along(x, `nn.softmax(${x}, ${axis})`),
	logSumExp: ({ operands: [x], rest: [axis] }) => along(x, `nn.logsumexp(${x}, ${axis})`),
	cumsum: ({ operands: [x], rest: [axis] }) => along(x, `np.cumsum(${x}, ${axis})`),
	amax: ({ operands: [x], rest: [axis] }) => along(x, `np.max(${x}, ${axis})`),
	argmax: ({ operands: [x], rest: [axis] }) => along(x, float(`np.argmax(${x}, ${axis})`)),
	sort: ({ operands: [x] }) => along(x, `np.sort(${x})`),
	reshape: ({ operands: [x], rest: [shape] }) => `${x}.reshape(${list(shape)})`,
	expandDims: ({ operands: [x], rest: [axis] }) => `np.expandDims(${x}, ${axis})`,
	slice: ({ operands: [x], rest: [range] }) => take(x, steps(x, range)),
	take: ({ operands: [x], rest: [indices] }) => take(x, indices),
	pad: ({ operands: [x], rest: [widths] }) => `np.pad(${x}, ${list(widths)})`,
	less: ({ operands: [x, y] }) => float(`np.less(${x}, ${y})`),
	isFinite: ({ operands: [x] }) => float(`np.isfinite(${x})`),
	cast: ({ operands: [x] }) => float(`${x}.astype(np.int32)`),
	where: ({ operands: [x, y], rest: [otherwise] }) =>
		`np.where(np.greater(${x}, 0), ${y}, ${otherwise})`,
});

/** jax-js on WebAssembly, its default in Node. An operation takes its operands over, unless they are passed as `.ref`. */
export const jax = /** @type {import('../script.mjs').Language} */ ({
	name: 'jax-js',
	heading: "import { grad, lax, nn, numpy as np } from '@jax-js/jax';",
	order: 2,
	async load() {
		const { grad, lax, nn, numpy: np } = await import('@jax-js/jax');
		const { version } = JSON.parse(
			readFileSync(new URL('../../node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'),
		);
		return { version, globals: { grad, lax, nn, np } };
	},
	use: (name) => `${name}.ref`,
	operation: (call) =>
		Object.hasOwn(table, call.method) ? (table[call.method]?.(call) ?? null) : null,
	tensor: (elements, shape) => `np.array([${elements}], { shape: [${shape}], dtype: np.float32 })`,
	sum: (x, weights) =>
		weights === null
			? `${x}.sum()`
			: `${x}.mul(np.array([${weights}], { shape: [${x.shape}], dtype: np.float32 })).sum()`,
	measurements: (inputs, slope) => {
		const [xs, gs] = [inputs.join(', '), inputs.map((_, i) => `g${i}`)];
		const refs = inputs.map((x) => `${x}.ref`).join(', ');
		const all = `{ argnums: [${inputs.map((_, i) => i)}] }`;
		return [
			{ lines: [], result: `f(${refs})` },
			{ lines: [], result: `grad(f, ${all})(${refs})` },
			{
				lines: [
					`const slope = (${xs}) => {`,
					`  const [${gs}] = grad(f, ${all})(${refs});`,
					`  return ${slope(gs)};`,
					'};',
				],
				result: `grad(slope, ${all})(${refs})`,
			},
		];
	},
	read: (result) => {
		const arrays = /** @type {import('@jax-js/jax').Array | import('@jax-js/jax').Array[]} */ (
			result
		);
		return [arrays].flat().flatMap((array) => Array.from(array.dataSync()));
	},
	show: (result) => `String(${result})`,
	declines: /not implemented|not supported|Not implemented|not differentiable/,
});

/** @param {string} name */
function unary(name) {
	return (/** @type {Call} */ { operands: [x] }) => `${name}(${x})`;
}

/** @param {string} x */
function float(x) {
	return `${x}.astype(np.float32)`;
}

/**
 * @param {import('../script.mjs').Operand} x
 * @param {string} code
 */
function along(x, code) {
	return x.shape.length === 0 ? null : code; // a scalar has no axis
}

/**
 * @param {import('../script.mjs').Operand} x
 * @param {unknown} indices numbers
 */
function take(x, indices) {
	return `np.take(${x}, np.array([${indices}], { dtype: np.int32 }), 0)`;
}

/**
 * The indices of x along its first axis from the end, by a negative step.
 *
 * @param {import('../script.mjs').Operand} x
 * @param {unknown} range begin, end and step
 */
function steps(x, range) {
	const step = /** @type {readonly number[]} */ (range)[2] ?? -1;
	const [length = 0] = x.shape;
	return Array.from({ length: Math.ceil(length / -step) }, (_, i) => length - 1 + i * step);
}
