import {
	argmax,
	compile,
	compiler,
	normal,
	randomIntegers,
	randomKey,
	splitKey,
	take,
	uniform,
	variable,
	wasmEngine,
} from '@pullback/core';
import { Affine, Relu, SGD, sequential, softmaxCrossEntropy } from '@pullback/nn';

/** What came of a training run, to the last bit. */
export interface Trained {
	readonly losses: readonly number[];
	/** The SHA-256 of all weights' bytes, in hexadecimal. */
	readonly weights: string;
}

const steps = 50;
const [examples, pixels, hidden, classes, batch] = [500, 784, 50, 10, 100];

/** Trains the two-layer net of the book on made-up images, on so many threads or as `compile` does by itself. */
export async function train(threads?: number): Promise<Trained> {
	const keys = splitKey(randomKey(1), 5);
	const images = uniform(keys.slice(0), [examples, pixels]);
	const labels = argmax(images.matmul(normal(keys.slice(1), [pixels, classes])), 1);
	const model = sequential(
		new Affine({ inputs: pixels, outputs: hidden, key: keys.slice(2) }),
		new Relu(),
		new Affine({ inputs: hidden, outputs: classes, key: keys.slice(3) }),
	);
	const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
	const batchKey = variable(keys.slice(4));
	const step = compileOn(threads)(() => {
		const next = splitKey(batchKey);
		batchKey.assign(next.slice(0));
		const picks = randomIntegers(next.slice(1), [batch], { high: examples });
		const loss = softmaxCrossEntropy(model.forward(take(images, picks)), take(labels, picks));
		optimizer.minimize(loss);
		return loss;
	});
	const losses: number[] = [];
	for (let i = 0; i < steps; i++) {
		losses.push(step().item());
		// Workers of a page start while it rests.
		await rest();
	}
	const bytes = model.parameters().map((parameter) => {
		const { buffer, byteOffset, byteLength } = parameter.data();
		return new Uint8Array(buffer, byteOffset, byteLength);
	});
	return { losses, weights: await sha256(bytes) };
}

function compileOn(threads: number | undefined): typeof compile {
	if (threads === undefined) return compile;
	const engine = wasmEngine({ threads });
	if (engine === null) throw new Error('there is no WebAssembly with vectors here');
	return compiler(engine);
}

/** Lets other work be done. */
function rest(): Promise<void> {
	return new Promise((done) => setTimeout(done));
}

async function sha256(parts: readonly Uint8Array[]): Promise<string> {
	const all = Uint8Array.from(parts.flatMap((part) => Array.from(part)));
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
