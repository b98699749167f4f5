import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRun } from '../src/training/runState.ts';
import { finish, lastLine, small, start } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

describe('Ctrl-C', () => {
	test.each([
		['once', [0]],
		['twice', [0, 150]],
		['twice at once, as under npm', [0, 0]],
	])('pressed %s ends the run with exit code 130 and what was reached', async (_, presses) => {
		const child = start(...small().flags, '--iterations', '1000000', '--json');
		child.stderr.once('data', () => {
			for (const pause of presses) setTimeout(() => child.kill('SIGINT'), pause);
		});
		const { out, err, code } = await finish(child);
		expect(code).toBe(130);
		expect(lastLine(err)).toMatch(/^stopped after \d+ iterations in .*; reached test accuracy \d/);
		expect(JSON.parse(out)).toMatchObject({ interrupted: true });
	});

	test('ends `train` with a checkpoint of the step that it finished, from which it goes on', async () => {
		const { dir } = small();
		const file = join(temporaryFolder(), 'run');
		const flags = ['--recipe', 'linear', '--data', dir, '--epochs', '1000', '--checkpoint', file];
		const child = start('train', ...flags, '--json');
		child.stderr.once('data', () => child.kill('SIGINT'));
		const { out, err, code } = await finish(child);
		expect(code).toBe(130);
		expect(lastLine(err)).toMatch(/^stopped after \d+ steps in .*; reached test accuracy \d/);
		const { steps, interrupted } = JSON.parse(out);
		expect(interrupted).toBe(true);
		const { position } = await readRun(file);
		expect(position.epoch + position.batch).toBe(steps);
	});
});
