import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { recipes } from '../src/index.ts';
import { finish, lastLine, run, small, start } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

describe('mnist train', () => {
	test('tells in its help what recipes there are, and every flag', async () => {
		const { out, code } = await run('train', '--help');
		expect(code).toBe(0);
		for (const recipe of Object.keys(recipes))
			expect(out).toMatch(new RegExp(`^  ${recipe} `, 'm'));
		for (const flag of ['recipe', 'optimizer', 'schedule', 'epochs', 'threads', 'resume', 'json'])
			expect(out).toMatch(new RegExp(`^  --${flag} .*\\(default: .*\\)$`, 'm'));
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
		const [resumed, whole] = await Promise.all([
			run('train', ...flags, '--resume', file, '--json'),
			run('train', ...flags, ...settings, '--batch-size', '10', '--seed', '5', '--json'),
		]);
		const [part, all] = [resumed, whole].map(({ out }) => JSON.parse(out));
		expect([part.weightsSha256, part.epochs]).toEqual([all.weightsSha256, all.epochs]);
		// Of the 600 steps it made again only what no checkpoint told.
		expect(part.steps).toBe(600);
		expect(lastLine(resumed.err)).toMatch(/^test accuracy \d\.\d{4} after 600 steps in /);
	});
});

test('mnist check-gradients tells the difference of each parameter, and that none is wrong', async () => {
	const { out, err, code } = await run(
		...['check-gradients', '--recipe', 'linear', '--data', small().dir],
		...['--elements', '4', '--json'],
	);
	expect(code).toBe(0);
	expect(err).toMatch(/^layers\.0\.weight +784x10 +4 .*\nlayers\.0\.bias +10 +4 /m);
	const { ok, parameters } = JSON.parse(out);
	expect(ok).toBe(true);
	for (const { gradient, difference } of parameters)
		expect(difference).toBeLessThan(1e-6 * gradient + 1e-9);
});
