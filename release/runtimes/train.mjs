// Trains a net that is worth several threads, and prints its last loss and a digest of its weights: in Node, Bun and Deno, in
// a page, and in a Worker.
import { compile, randomKey, splitKey, uniform } from '@pullback/core';
import { Adam, Affine, sequential, softmaxCrossEntropy, stateOf, Tanh } from '@pullback/nn';

const keys = splitKey(randomKey(1));
const inputs = uniform(randomKey(2), [256, 200]);
const labels = inputs.slice(null, [0, 10]).argmax(-1);
const model = sequential(
	new Affine({ inputs: 200, outputs: 128, key: keys.slice(0) }),
	new Tanh(),
	new Affine({ inputs: 128, outputs: 10, key: keys.slice(1) }),
);
const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
const step = compile((x, t) => {
	const loss = softmaxCrossEntropy(model.forward(x), t);
	optimizer.minimize(loss);
	return loss;
});
let loss = Number.NaN;
for (let i = 0; i < 200; i++) loss = step(inputs, labels).item();
const weights = [...stateOf(model).values()].flatMap((weight) => [...weight.data()]);
const digest = await crypto.subtle.digest('SHA-256', Float32Array.from(weights));
const bytes = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
console.log(`loss ${loss.toFixed(4)}, weights ${bytes.slice(0, 8).join('')}`);
