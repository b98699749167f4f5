import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { train } from '../src/commands/train.ts';
import { loadMnist, recipes, trainNet, weightsSha256 } from '../src/index.ts';
import { finish, lastLine, run, small, start } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

describe('mnist train', () => {
	test('tells in its help what recipes there are, and every flag', () => {
		const help = train.help('mnist train');
		for (const recipe of Object.keys(recipes))
			expect(help).toMatch(new RegExp(`^  ${recipe} `, 'm'));
		for (const flag of Object.keys(train.options))
			expect(help).toMatch(new RegExp(`^  --${flag} .*\\(default: .*\\)$`, 'm'));
	});

	test('killed in the midst of it and resumed, ends with the weights of a run that was not', async () => {
		const { dir } = small();
		const file = join(temporaryFolder(), 'run');
		const flags = ['--data', dir, '--threads', '1'];
		const settings = ['--recipe', 'linear', '--optimizer', 'adam', '--epochs', '150'];
		const killed = start(
			...['train', ...flags, ...settings, '--batch-size', '10', '--seed', '5'],
			...['--checkpoint', file, '--checkpoint-every', '1'],
		);
		const ended = finish(killed);
		while (!existsSync(file)) await setTimeout(5);
		await setTimeout(200);
		killed.kill('SIGKILL');
		await ended;
		const resumed = await run('train', ...flags, '--resume', file, '--json', '--plot');
		const part = JSON.parse(resumed.out);
		const data = await loadMnist({ dir, normalize: false });
		const whole = await trainNet(data, part.settings);
		expect([part.weightsSha256, part.epochs]).toEqual([weightsSha256(whole.model), whole.epochs]);
		// Of the 600 steps it made again only what no checkpoint told.
		expect(part.steps).toBe(600);
		expect(lastLine(resumed.err)).toMatch(/^test accuracy \d\.\d{4} after 600 steps in /);
		expect(resumed.err).toMatch(/training loss.*test images read wrong/s);
	});
});
