import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finish, run, small, start } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

/** How often each run is killed. */
const kills = 20;

/** Numbers from 0 to 1 that are spread evenly, however many there are. */
const spread = (i: number): number => ((i + 1) * 0.6180339887498949) % 1;

test.each([
	['two-layer', 60],
	['deep-convnet', 10],
] as const)(
	'runs of the recipe %s that are killed at random moments, and resumed each time, end with the bits of one that is not',
	async (recipe, epochs) => {
		const { dir } = small();
		const folder = temporaryFolder();
		const flags = ['train', '--data', dir, '--json', '--checkpoint-every', '1'];
		const settings = ['--recipe', recipe, '--epochs', String(epochs), '--batch-size', '10'];
		const begun = performance.now();
		const first = await run(...flags, ...settings, '--checkpoint', join(folder, 'whole'));
		const milliseconds = performance.now() - begun;
		const whole = JSON.parse(first.out);
		/** Starts a run, or goes on with it; whether it came to its end within so many milliseconds. */
		const ends = async (file: string, limit: number | null): Promise<boolean> => {
			const from = existsSync(file) ? ['--resume', file] : [...settings, '--checkpoint', file];
			const child = start(...flags, ...from);
			const timer = limit === null ? null : setTimeout(() => child.kill('SIGKILL'), limit);
			const { out, code } = await finish(child);
			if (timer !== null) clearTimeout(timer);
			if (code !== 0) return false;
			const found = JSON.parse(out);
			expect([found.weightsSha256, found.epochs]).toEqual([whole.weightsSha256, whole.epochs]);
			return true;
		};
		let file = join(folder, 'run');
		let killed = 0;
		for (let i = 0; killed < kills; i++) {
			// Of some the process has not begun to train: that is a moment as good as any.
			if (await ends(file, milliseconds * spread(i))) file = join(folder, `run${i}`);
			else killed++;
		}
		expect(await ends(file, null)).toBe(true);
	},
	900_000,
);
