import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { built } from '../../../testing/built.ts';

const core = built('packages/core', 'dist/index.js').href;

/** Runs a program against the built package in a process of its own; its last line is its JSON result. */
function inProcess(program: string): { seconds: number; megabytes: number; value: number } {
	const source = `
		import * as core from ${JSON.stringify(core)};
		const start = performance.now();
		const value = (${program})(core);
		const seconds = (performance.now() - start) / 1000;
		const megabytes = process.resourceUsage().maxRSS / 1024;
		console.log(JSON.stringify({ value, seconds, megabytes }));`;
	const run = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
		encoding: 'utf8',
	});
	expect(run.stderr).toBe('');
	return JSON.parse(run.stdout);
}

test('a chain of 1,000,000 Nodes is built, differentiated and evaluated in under 10 s and 2 GB', () => {
	const { value, seconds, megabytes } = inProcess(`({ tensor, grad }) => {
		const x = tensor(1, { dtype: 'f64' });
		let y = x;
		for (let i = 0; i < 1_000_000; i++) y = y.add(1);
		const [slope] = grad(y, [x]);
		return y.item() * slope.item();
	}`);
	expect(value).toBe(1_000_001);
	expect(seconds).toBeLessThan(10);
	expect(megabytes).toBeLessThan(2000);
});
