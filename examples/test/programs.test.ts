import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
	/^(chapter\d.[^/\\]*|readme)\.ts$/.test(file),
);

test('there is a program for every chapter from 2 to 5', () => {
	for (const chapter of [2, 3, 4, 5])
		expect(programs.some((file) => file.startsWith(`chapter${chapter}`))).toBe(true);
});

/** What a program prints; it must end well and complain of nothing. */
function run(file: string): string {
	const built = `${root}dist/${file.replace(/\.ts$/, '.js')}`;
	const { stdout, stderr, status } = spawnSync(process.execPath, [built], { encoding: 'utf8' });
	expect(stderr).toBe('');
	expect(status).toBe(0);
	return stdout.trim();
}

/** These say what they find below. */
const gradientCheck = 'chapter5/gradientCheck.ts';
const train = 'chapter5/train.ts';

test.each(programs.filter((file) => file !== gradientCheck && file !== train))(
	'%s runs and says something',
	(file) => {
		expect(run(file)).not.toBe('');
	},
);

test('every parameter of the two-layer net has its numerical gradient to 1e-9, on real digits', () => {
	const differences = run(gradientCheck)
		.split('\n')
		.map((line) => Number(line.split(': ')[1]));
	expect(differences).toHaveLength(4);
	for (const difference of differences) expect(difference).toBeLessThan(1e-9);
}, 120_000);

test('a few hundred steps of backpropagation teach the two-layer net most digits', () => {
	const accuracies = run(train).matchAll(/test images (\S+)/g);
	const [before, after] = Array.from(accuracies, ([, accuracy]) => Number(accuracy));
	expect(before).toBeLessThan(0.2);
	expect(after).toBeGreaterThan(0.85);
});

test('the net of the README is the program that runs, and it learns', () => {
	const readme = readFileSync(`${root}../README.md`, 'utf8');
	const program = readFileSync(`${root}readme.ts`, 'utf8').replace(/^\/\/.*\n/, '');
	expect(readme).toContain(`\`\`\`ts\n${program}\`\`\``);
	expect(run('readme.ts')).toBe('[ 0, 1, 1, 0 ]');
});

test('a program of one’s own in the clone runs by npm run program', () => {
	const { stdout, status } = spawnSync(
		'npm',
		['run', '--silent', 'program', 'examples/readme.ts'],
		{
			cwd: `${root}..`,
			encoding: 'utf8',
		},
	);
	expect(status).toBe(0);
	expect(stdout.trim()).toBe('[ 0, 1, 1, 0 ]');
});
