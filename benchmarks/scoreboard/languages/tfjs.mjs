import { createRequire } from 'node:module';
import { registerGradients } from '../../contenders/tfjs-gradients.mjs';

const require = createRequire(import.meta.url);
const list = JSON.stringify;

/** @typedef {import('../script.mjs').Call} Call */
/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */

/** What TF.js offers, by the method of Node that it is. */
const table = /** @type {Record<string, (call: Call) => string | null>} */ ({
	...Object.fromEntries(
		[
			'sin',
			'tanh',
			'sigmoid',
			'neg',
			'softplus',
			'erf',
			'exp',
			'add',
			'sub',
			'mul',
			'maximum',
			'relu',
			'abs',
			'floor',
			'transpose',
		].map((name) => [
			name,
			(/** @type {Call} */ { operands }) => `tf.${name}(${operands.join(', ')})`,
		]),
	),
	pow: ({ operands: [x], rest: [exponent] }) => `tf.pow(${x}, ${exponent})`,
	sum: ({ operands: [x], rest: [axis] }) => along(x, `tf.sum(${x}, ${axis})`),
	mean: ({ operands: [x], rest: [axis] }) => along(x, `tf.mean(${x}, ${axis}, true)`),
	logSumExp: ({ operands: [x], rest: [axis] }) => along(x, `tf.logSumExp(${x}, ${axis})`),
	cumsum: ({ operands: [x], rest: [axis] }) => along(x, `tf.cumsum(${x}, ${axis})`),
	amax: ({ operands: [x], rest: [axis] }) => along(x, `tf.max(${x}, ${axis})`),
	argmax: ({ operands: [x], rest: [axis] }) => along(x, float(`tf.argMax(${x}, ${axis})`)),
	// along the last axis alone
	softmax: ({ operands: [x], rest: [axis] }) =>
		axis === x.shape.length - 1 ? `tf.softmax(${x})` : null,
	reshape: ({ operands: [x], rest: [shape] }) => `tf.reshape(${x}, ${list(shape)})`,
	flip: ({ operands: [x] }) => `tf.reverse(${x})`,
	expandDims: ({ operands: [x], rest: [axis] }) => `tf.expandDims(${x}, ${axis})`,
	slice: ({ operands: [x], rest: [range] }) => gather(x, steps(x, range)),
	take: ({ operands: [x], rest: [indices] }) => gather(x, indices),
	pad: ({ operands: [x], rest: [widths] }) => `tf.pad(${x}, ${list(widths)})`,
	outer: ({ operands: [x, y] }) =>
		x.shape.length === 1 && y?.shape.length === 1 ? `tf.outerProduct(${x}, ${y})` : null,
	matmul: ({ operands: [x, y] }) => (x.shape.length > 1 ? `tf.matMul(${x}, ${y})` : null),
	less: ({ operands: [x, y] }) => float(`tf.less(${x}, ${y})`),
	isFinite: ({ operands: [x] }) => float(`tf.isFinite(${x})`),
	cast: ({ operands: [x] }) => float(`tf.cast(${x}, 'int32')`),
	where: ({ operands: [x, y], rest: [otherwise] }) =>
		`tf.where(tf.greater(${x}, 0), ${y}, ${otherwise})`,
});

/** TF.js on its JavaScript backend, whose gradients are of the core, whatever the backend. */
export const tfjs = /** @type {import('../script.mjs').Language} */ ({
	name: 'tfjs',
	heading: "import * as tf from '@tensorflow/tfjs';",
	order: 2,
	async load() {
		const tf = require('@tensorflow/tfjs-core');
		require('@tensorflow/tfjs-backend-cpu');
		await registerGradients();
		await tf.setBackend('cpu');
		return { version: tf.version_core, globals: { tf } };
	},
	operation: (call) =>
		Object.hasOwn(table, call.method) ? (table[call.method]?.(call) ?? null) : null,
	tensor: (elements, shape) => `tf.tensor([${elements}], [${shape}])`,
	sum: (x, weights) =>
		weights === null
			? `tf.sum(${x})`
			: `tf.sum(tf.mul(${x}, tf.tensor([${weights}], [${x.shape}])))`,
	measurements: (inputs, slope) => {
		const [xs, gs] = [inputs.join(', '), inputs.map((_, i) => `g${i}`)];
		return [
			{ lines: [], result: `f(${xs})` },
			{ lines: [], result: `tf.grads(f)([${xs}])` },
			{
				lines: [
					`const slope = (${xs}) => {`,
					`  const [${gs}] = tf.grads(f)([${xs}]);`,
					`  return tf.addN([${[slope(gs), ...inputs.map(idle)].join(', ')}]);`,
					'};',
				],
				result: `tf.grads(slope)([${xs}])`,
			},
		];
	},
	idle,
	read: (result) => {
		const tensors = /** @type {Tensor | Tensor[]} */ (result);
		return [tensors].flat().flatMap((tensor) => Array.from(tensor.dataSync()));
	},
	show: (result) => `String(${result})`,
	within: (run) => {
		const tf = require('@tensorflow/tfjs-core');
		tf.engine().startScope();
		try {
			return run();
		} finally {
			tf.engine().endScope();
		}
	},
	declines: /gradient function not found|Make sure that|not yet supported/,
});

/**
 * It refuses the gradient of an input from which no operation leads to the loss; one that adds zero does.
 *
 * @param {string} x
 */
function idle(x) {
	return `tf.sum(tf.mul(${x}, 0))`;
}

/** @param {string} x */
function float(x) {
	return `tf.cast(${x}, 'float32')`;
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
function gather(x, indices) {
	return `tf.gather(${x}, tf.tensor1d([${indices}], 'int32'))`;
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
