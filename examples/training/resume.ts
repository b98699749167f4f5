// A run that can be killed at any moment: started again, it goes on from its last checkpoint, and ends with the same bits.
import { createHash } from 'node:crypto';
import { randomKey, splitKey, uniform } from '@pullback/core';
import { resumable } from '@pullback/files';
import {
	Adam,
	Affine,
	cosineSchedule,
	Dropout,
	dataset,
	fit,
	meanSquaredError,
	sequential,
	Tanh,
} from '@pullback/nn';

/** Trains with dropout, Adam, a schedule and shuffled data; returns the SHA-256 of the weights in hexadecimal. */
export async function train(file: string, epochs: number): Promise<string> {
	const keys = splitKey(randomKey(0), 4);
	const model = sequential(
		new Affine({ inputs: 3, outputs: 32, key: keys.slice(0) }),
		new Tanh(),
		new Dropout({ rate: 0.2, key: keys.slice(1) }),
		new Affine({ inputs: 32, outputs: 1, key: keys.slice(2) }),
	);
	const x = uniform(randomKey(1), [60, 3]);
	const points = dataset(x).zip(dataset(x.sum(-1, { keepDims: true }).sin()));
	const learningRate = cosineSchedule(0.01, { steps: 4 * epochs });
	const optimizer = new Adam(model.parameters(), { learningRate });
	const run = await resumable(file, { model, optimizer }, { everySteps: 3 });
	await fit(model, points.batches({ size: 16, shuffle: true, key: keys.slice(3) }), {
		loss: meanSquaredError,
		optimizer,
		epochs,
		start: run.start,
		callbacks: [run.save],
		progress: 'none',
	});
	const hash = createHash('sha256');
	for (const parameter of model.parameters()) hash.update(new Uint8Array(parameter.data().buffer));
	return hash.digest('hex');
}

if (process.argv[1] === import.meta.filename) {
	const [, , file = 'run.safetensors', epochs = '50'] = process.argv;
	console.log(await train(file, Number(epochs)));
}
