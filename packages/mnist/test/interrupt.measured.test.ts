import { describe, expect, test } from 'vitest';
import { finish, lastLine, small, start } from './command.ts';

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
});
