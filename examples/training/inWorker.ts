// A Worker trains while its page, here the main thread, stays alive, is told each step, and stops it by a message.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { randomKey, uniform } from '@pullback/core';
import { Affine, fit, meanSquaredError, SGD } from '@pullback/nn';

if (isMainThread) {
	const worker = new Worker(new URL(import.meta.url));
	const ended = await new Promise((resolve) => {
		worker.on('message', ({ kind, ended }) => {
			if (kind === 'step') worker.postMessage('stop');
			if (ended !== undefined) resolve(ended);
		});
	});
	await worker.terminate();
	console.log(ended);
} else {
	const stop = new AbortController();
	parentPort?.on('message', () => stop.abort());
	const model = new Affine({ inputs: 3, outputs: 1, key: randomKey(1) });
	const x = uniform(randomKey(0), [64, 3]);
	const { ended } = await fit(model, [[x, x.sum(-1, { keepDims: true })]], {
		loss: meanSquaredError,
		optimizer: new SGD(model.parameters(), { learningRate: 0.1 }),
		epochs: 1e9,
		callbacks: [(event) => parentPort?.postMessage(event)],
		signal: stop.signal,
		progress: 'none',
	});
	parentPort?.postMessage({ ended });
}
