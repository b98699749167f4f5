// How long a training step of 784-50-10 on batches of 100 takes by each optimiser, beside SGD's: compiled, alternating in
// one process, so that a busy machine is so for all. Needs built packages.
//
//     node scripts/optimizerSteps.mjs [optimiser ...]

import { compile, normal, randomKey, tensor } from '../packages/core/dist/index.js';
import * as nn from '../packages/nn/dist/index.js';

const rounds = 60;
const stepsPerRound = 40;
/** So small that nothing is learnt: gradients that become subnormal would take many times as long. */
const learningRate = 1e-6;

const x = tensor(normal(randomKey(1), [100, 784]).data(), { shape: [100, 784] });
const labels = tensor(Int32Array.from({ length: 100 }, (_, i) => i % 10));

/** @param {string} name */
function stepBy(name) {
	const model = nn.sequential(
		new nn.Affine({ inputs: 784, outputs: 50, key: randomKey(2) }),
		new nn.Relu(),
		new nn.Affine({ inputs: 50, outputs: 10, key: randomKey(3) }),
	);
	const optimizer = Reflect.construct(Reflect.get(nn, name), [
		model.parameters(),
		{ learningRate },
	]);
	const step = compile(() => {
		const loss = nn.softmaxCrossEntropy(model.forward(x), labels);
		optimizer.minimize(loss);
		return loss;
	});
	return { name, step, times: /** @type {number[]} */ ([]) };
}

/** @param {readonly number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

const given = process.argv.slice(2);
const names = given.length > 0 ? given : ['Momentum', 'Adam', 'AdamW', 'Lion'];
const all = ['SGD', ...names.filter((name) => name !== 'SGD')].map(stepBy);
for (const { step } of all) for (let i = 0; i < 200; i++) step().item();
for (let round = 0; round < rounds; round++)
	for (const { step, times } of all) {
		const start = performance.now();
		for (let i = 0; i < stepsPerRound; i++) step().item();
		times.push((1000 * (performance.now() - start)) / stepsPerRound);
	}
const sgd = all[0]?.times ?? [];
for (const { name, times } of all) {
	const ratio = median(times.map((time, i) => time / (sgd[i] ?? Number.NaN)));
	console.log(
		`${name.padEnd(12)} ${median(times).toFixed(1).padStart(8)} us a step, ${ratio.toFixed(3)} times SGD's`,
	);
}
