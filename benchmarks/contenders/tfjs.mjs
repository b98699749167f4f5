import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { factors, net, sample, table } from '../work/data.mjs';
import { serve } from './protocol.mjs';
import { registerGradients } from './tfjs-gradients.mjs';
import { provideWebWorkers } from './web-workers.mjs';

// Its builds for Node are CommonJS, and the one of the core leaves out the gradients. (The package that brings
// all together loads core-js, whose polyfills make small operations two to three times slower.)
const require = createRequire(import.meta.url);
const [backend = 'wasm', threads = '1'] = process.argv.slice(2);
const threaded = backend === 'wasm' && threads !== '1';

if (threaded) {
	// TF.js knows its threaded build in browsers alone. The script that it hands to its workers misses names of
	// the bundle in Node: give them the script as Emscripten wrote it, which lies beside the bundle.
	const script = require.resolve(
		'@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js',
	);
	provideWebWorkers((source) =>
		source.startsWith('var WasmBackendModuleThreadedSimd') ? readFileSync(script, 'utf8') : source,
	);
	// It takes no more threads than half of the cores.
	const cpus = os.cpus();
	os.cpus = () =>
		Array.from({ length: 2 * Number(threads) }, () => /** @type {os.CpuInfo} */ (cpus[0]));
}

/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */

const tf = require('@tensorflow/tfjs-core');
if (backend === 'wasm') {
	const wasm = require('@tensorflow/tfjs-backend-wasm');
	if (threaded) {
		tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
		wasm.setThreadsCount(Number(threads));
	}
} else require('@tensorflow/tfjs-backend-cpu');
await registerGradients();
await tf.setBackend(backend);
await tf.ready();
if (threaded && require('@tensorflow/tfjs-backend-wasm').getThreadsCount() !== Number(threads))
	throw new Error(`the wasm backend did not start ${threads} threads`);

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
		matmul: ({ size }) => {
			const { a, b } = factors(size);
			return repeated([tf.tensor2d(a, [size, size]), tf.tensor2d(b, [size, size])], tf.matMul);
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
