import type { LabelledImages } from '@pullback/mnist/browser';
import { fetchMnist } from '../fetchMnist.ts';
import type { Choice } from '../protocol.ts';
import { libraryOn } from './library.ts';
import { nets } from './nets.ts';
import type { PeerReport, PeerRequest } from './protocol.ts';

type Start = Extract<PeerRequest, { kind: 'start' }>;

/** Makes a step, and tells its loss. */
type Step = () => Promise<number>;

// The program of the Worker of TF.js.
let step: Step | null = null;
self.onmessage = ({ data: request }: MessageEvent<PeerRequest>) => {
	handle(request).catch((error: unknown) => {
		post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
	});
};

function post(report: PeerReport): void {
	postMessage(report);
}

async function handle(request: PeerRequest): Promise<void> {
	if (request.kind === 'start') {
		const [version, made] = await start(request);
		step = made;
		return post({ kind: 'ready', version });
	}
	if (step === null) throw new Error('internal: asked to train before it has started');
	const losses: number[] = [];
	const began = performance.now();
	do losses.push(await step());
	while (performance.now() - began < request.milliseconds);
	const milliseconds = performance.now() - began;
	post({ kind: 'trained', losses: Float32Array.from(losses), milliseconds });
}

async function start({ choice, weights, backend, threads, data, wasm }: Start) {
	const [tf, { train }] = await Promise.all([
		libraryOn(backend, wasm, threads),
		fetchMnist(new URL(data), () => undefined),
	]);
	const scores = nets[choice.net](tf, weights);
	const { net, learningRate } = choice;
	// As the recipes of these nets have it.
	const optimizer =
		net === 'convnet' ? tf.train.adam(learningRate, 0.9, 0.999, 1e-8) : tf.train.sgd(learningRate);
	const batch = batchesOf(train, choice);
	const step: Step = async () => {
		const { pixels, labels } = batch();
		const x = tf.tensor2d(pixels, [choice.batchSize, 784]);
		const t = tf.tensor1d(labels, 'int32');
		const loss = optimizer.minimize(
			() => tf.losses.softmaxCrossEntropy(tf.oneHot(t, 10), scores(x)),
			true,
		);
		const [value = Number.NaN] = await loss.data();
		tf.dispose([x, t, loss]);
		return value;
	};
	// The first step compiles what later ones use, as ours has by now.
	await step();
	return [tf.version_core, step] as const;
}

/** Batches of images that are drawn with replacement, by Math.random. */
function batchesOf({ images, labels }: LabelledImages, { batchSize }: Choice) {
	const [allPixels, allLabels] = [images.view(), labels.view()];
	const pixels = new Float32Array(batchSize * 784);
	const chosen = new Int32Array(batchSize);
	return () => {
		for (let i = 0; i < batchSize; i++) {
			const image = Math.floor(Math.random() * allLabels.length);
			chosen[i] = allLabels[image] ?? 0;
			const [from, to] = [784 * image, 784 * i];
			for (let j = 0; j < 784; j++) pixels[to + j] = (allPixels[from + j] ?? 0) / 255;
		}
		return { pixels, labels: chosen };
	};
}
