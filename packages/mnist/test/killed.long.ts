import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finish, run, small, start } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

/** How often each run is killed. */
const kills = 20;

/** Numbers from 0 to 1 that are spread evenly, however many there are. */
const spread = (i: number): number => ((i + 1) * 0.6180339887498949) % 1;

test.each(['two-layer', 'deep-convnet'])(
	'a run of the recipe %s that is killed at random moments, and resumed each time, ends with the bits of one that is not',
	async (recipe) => {
		const { dir } = small();
		const file = join(temporaryFolder(), 'run');
		const flags = ['train', '--data', dir, '--json'];
		const settings = ['--recipe', recipe, '--epochs', '60', '--batch-size', '10'];
		const whole = JSON.parse((await run(...flags, ...settings)).out);
		for (let killed = 0; killed < kills; ) {
			const from = existsSync(file) ? ['--resume', file] : [...settings, '--checkpoint', file];
			const child = start(...flags, ...from, '--checkpoint-every', '1');
			// Some have not begun to train, of others every step lies between two checkpoints.
			const timer = setTimeout(() => child.kill('SIGKILL'), 500 + 1500 * spread(killed));
			const { code } = await finish(child);
			clearTimeout(timer);
			if (code === 0) break;
			killed++;
		}
		const { out } = await run(...flags, '--resume', file);
		const { weightsSha256, epochs } = JSON.parse(out);
		expect([weightsSha256, epochs]).toEqual([whole.weightsSha256, whole.epochs]);
	},
	600_000,
);
