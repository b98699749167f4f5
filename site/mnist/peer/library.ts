import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from './protocol.ts';

/** Where a backend is loaded from, and what it needs before it starts. */
type LoadBackend = (wasmFolder: string, threads: number) => Promise<void>;

const loaders: Readonly<Record<BackendName, LoadBackend>> = {
	wasm: async (folder, threads) => {
		const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
		setWasmPaths(folder);
		setThreadsCount(threads);
	},
	webgl: async () => {
		await import('@tensorflow/tfjs-backend-webgl');
	},
	cpu: async () => {
		await import('@tensorflow/tfjs-backend-cpu');
	},
};

/** TF.js on a backend. Rejects with an Error where it does not start. */
export async function libraryOn(
	backend: BackendName,
	wasmFolder: string,
	threads: number,
): Promise<typeof tf> {
	await loaders[backend](wasmFolder, threads);
	const isThere = await tf.setBackend(backend);
	if (!isThere) throw new Error(`TF.js does not start on ${backend} here; choose another`);
	await tf.ready();
	return tf;
}
