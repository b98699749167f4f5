// Runs each program of `nets` whole; each checks its own result. Takes minutes: npx vitest run --mode long examples/test/nets
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { built } from '../../testing/built.ts';

const programs = readdirSync(new URL('../nets', import.meta.url));

test.each(programs)(
	'%s finds its own result good',
	(file) => {
		const program = fileURLToPath(built('examples', `dist/nets/${file.replace(/\.ts$/, '.js')}`));
		const { stdout, stderr, status } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
		expect(status, stderr).toBe(0);
		console.log(stdout);
		expect(stdout.trim()).not.toBe('');
	},
	600_000,
);
