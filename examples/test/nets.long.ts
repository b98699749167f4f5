// Takes minutes: npx vitest run --mode long examples/test/nets
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { built } from '../../testing/built.ts';

const programs = readdirSync(new URL('../nets', import.meta.url)).map((file) =>
	file.replace(/\.ts$/, ''),
);

test.each(programs)(
	'%s finds its own result well, and says so in a line',
	(program) => {
		const file = fileURLToPath(built('examples', `dist/nets/${program}.js`));
		const { stdout, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
		console.log(stdout);
		expect(status).toBe(0);
		expect(stdout.trim().split('\n')).toHaveLength(1);
	},
	600_000,
);
