import { randomKey, splitKey, uniform } from '@pullback/core';
import { type Handle, resumable } from '@pullback/files';
import {
	Adam,
	Affine,
	Dropout,
	dataset,
	fit,
	type Module,
	meanSquaredError,
	sequential,
	Tanh,
} from '@pullback/nn';
import { expect, test } from 'vitest';

/** Trains in as many runs as there are numbers of steps, each with a net of its own; returns the weights at the end. */
async function train(file: Handle, ends: readonly number[]): Promise<number[][]> {
	const keys = splitKey(randomKey(0), 4);
	let last: Module | null = null;
	for (const steps of ends) {
		const model = sequential(
			new Affine({ inputs: 3, outputs: 8, key: keys.slice(0) }),
			new Tanh(),
			new Dropout({ rate: 0.2, key: keys.slice(1) }),
			new Affine({ inputs: 8, outputs: 1, key: keys.slice(2) }),
		);
		last = model;
		const x = uniform(randomKey(1), [20, 3]);
		const points = dataset(x).zip(dataset(x.sum(-1, { keepDims: true })));
		const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
		const run = await resumable(file, { model, optimizer }, { everySteps: 1 });
		let made = 0;
		await fit(model, points.batches({ size: 8, shuffle: true, key: keys.slice(3) }), {
			loss: meanSquaredError,
			optimizer,
			epochs: 5,
			start: run.start,
			callbacks: [
				run.save,
				({ kind }) => (kind === 'step' && ++made === steps ? 'stop' : undefined),
			],
			progress: 'none',
		});
	}
	return last?.parameters().map((parameter) => [...parameter.data()]) ?? [];
}

test('a run goes on from a checkpoint in the origin private file system, with the bits of one that was not interrupted', async () => {
	const folder = await navigator.storage.getDirectory();
	const fileOf = (name: string): Promise<Handle> => folder.getFileHandle(name, { create: true });
	try {
		const whole = await train(await fileOf('whole'), [100]);
		expect(await train(await fileOf('parts'), [2, 1, 5, 100])).toEqual(whole);
	} finally {
		for (const name of ['whole', 'parts']) await folder.removeEntry(name).catch(() => undefined);
	}
});
