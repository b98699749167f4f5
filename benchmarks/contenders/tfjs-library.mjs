// TF.js, on the backend and as many threads as the command line says.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
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

export const tf = require('@tensorflow/tfjs-core');
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
