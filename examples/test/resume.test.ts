import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { variable, zeros } from '@pullback/core';
import { loadCheckpoint } from '@pullback/files';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { killedAfter } from './killed.ts';

/** Kills in the suite; `FC_RUNS` are more: 20 of a run, and 200 of a save, take some minutes. */
const { FC_RUNS = '3' } = process.env;
const kills = Number(FC_RUNS);
let folder = '';
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'resume-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Numbers from 0 to 1 that are spread evenly, however many there are. */
const spread = (i: number): number => ((i + 1) * 0.6180339887498949) % 1;

test('a run that is killed at random moments, and started again each time, ends with the bits of one that is not', async () => {
	const program = 'dist/training/resume.js';
	const whole = await killedAfter(program, [join(folder, 'whole'), '120'], null);
	expect(whole.output).toMatch(/^[0-9a-f]{64}$/);
	let killed = 0;
	for (let i = 0; killed < kills; i++) {
		const file = join(folder, `run${Math.floor(i / 4)}`);
		// Of some the process has not begun to train, of others it has ended: both are moments as good as any.
		const { isWhole, output } = await killedAfter(program, [file, '120'], 300 + 900 * spread(i));
		if (isWhole) expect(output).toBe(whole.output);
		else killed++;
	}
	for (const file of readdirSync(folder).filter((name) => /^run\d+$/.test(name))) {
		const { output } = await killedAfter(program, [join(folder, file), '120'], null);
		expect(output).toBe(whole.output);
	}
}, 600_000);

test('killed at a random moment of writing one checkpoint after another, there is a whole one: the last that was told, or the next', async () => {
	const program = 'dist/training/saveOften.js';
	const size = 50_000;
	for (let i = 0; i < kills; i++) {
		const file = join(folder, 'saved');
		rmSync(file, { force: true });
		const args = [file, `${size}`, '1000000'];
		const { output } = await killedAfter(program, args, 50 * spread(i), 'first word');
		const told = Number(output.split('\n').at(-1));
		const count = variable(-1, { dtype: 'f64' });
		const weights = variable(zeros([size]));
		const namedVariables = () =>
			new Map([
				['count', count],
				['weights', weights],
			]);
		const notes = await loadCheckpoint(file, { model: { namedVariables } });
		expect([told, told + 1]).toContain(count.item());
		expect(notes).toEqual({ count: count.item() });
		expect(new Set(weights.data())).toEqual(new Set([count.item()]));
	}
}, 600_000);
