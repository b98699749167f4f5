import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
	loadMnist,
	type Mnist,
	type NetEvent,
	recipes,
	type TrainNetOptions,
	trainNet,
	weightsSha256,
} from '../src/index.ts';
import { optimizers } from '../src/training/optimizers.ts';
import { schedules } from '../src/training/schedules.ts';
import { writeDigits } from './digits.ts';

// What every recipe, optimiser and schedule does, which takes minutes: the suite tries a few of them.

let data: Mnist;
let folder = '';
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'pullback-mnist-'));
	writeDigits(folder, { train: 23, test: 7 });
	data = await loadMnist({ dir: folder, normalize: false });
	return () => rmSync(folder, { recursive: true });
});

const namesOf = <Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] =>
	Object.keys(table) as Name[]; // of that record

test('no two optimisers move the weights alike, nor two schedules', async () => {
	const hashOf = async (options: TrainNetOptions) => {
		const short = { recipe: 'linear', epochs: 3, batchSize: 8, learningRate: 0.01 } as const;
		return weightsSha256((await trainNet(data, { ...short, ...options })).model);
	};
	const byOptimizer = new Set<string>();
	for (const optimizer of namesOf(optimizers)) byOptimizer.add(await hashOf({ optimizer }));
	expect(byOptimizer.size).toBe(namesOf(optimizers).length);
	const bySchedule = new Set<string>();
	for (const schedule of namesOf(schedules)) bySchedule.add(await hashOf({ schedule }));
	expect(bySchedule.size).toBe(namesOf(schedules).length);
}, 300_000);

test.each(namesOf(recipes))(
	'the recipe %s learns what can be learnt',
	async (recipe) => {
		const options = { recipe, epochs: 40, batchSize: 23, optimizer: 'adam' } as const;
		const { epochs } = await trainNet(data, { ...options, learningRate: 0.003 });
		const [first = Number.NaN, last = Number.NaN] = [epochs[0]?.testLoss, epochs.at(-1)?.testLoss];
		expect(last).toBeLessThan(0.8 * first);
	},
	300_000,
);

test.each(namesOf(recipes))(
	'the recipe %s, interrupted after every second step, ends with the same bits',
	async (recipe) => {
		const options = { recipe, epochs: 2, batchSize: 8 } as const;
		const whole = await trainNet(data, options);
		const file = join(folder, recipe);
		for (let from: TrainNetOptions = { ...options, checkpoint: file }; ; from = { resume: file }) {
			const controller = new AbortController();
			let left = 2;
			const onEvent = (event: NetEvent): void => {
				if (event.kind === 'step' && --left === 0) controller.abort();
			};
			const { signal } = controller;
			const { interrupted, model, epochs } = await trainNet(data, { ...from, onEvent, signal });
			if (interrupted) continue;
			expect(weightsSha256(model)).toBe(weightsSha256(whole.model));
			expect(epochs).toEqual(whole.epochs);
			return;
		}
	},
	300_000,
);
