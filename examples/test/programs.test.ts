import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { built } from '../../testing/built.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
	/^(chapter[2-5].[^/\\]*|training.[^/\\]*|readme)\.ts$/.test(file),
);

test('there is a program for every chapter from 2 to 5', () => {
	for (const chapter of [2, 3, 4, 5])
		expect(programs.some((file) => file.startsWith(`chapter${chapter}`))).toBe(true);
});

/** How a program ends that is started from the root of the repository. */
function ending(file: string, ...args: readonly string[]): SpawnSyncReturns<string> {
	const program = fileURLToPath(built('examples', `dist/${file.replace(/\.ts$/, '.js')}`));
	return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: `${root}..` });
}

/** What a program prints; it must end well and complain of nothing. */
function run(file: string, ...args: readonly string[]): string {
	const { stdout, stderr, status } = ending(file, ...args);
	expect(stderr).toBe('');
	expect(status).toBe(0);
	return stdout.trim();
}

/** These say what they find below. */
const gradientCheck = 'chapter5/gradientCheck.ts';
const train = 'chapter5/train.ts';
const pickledWeights = 'chapter3/pickledWeights.ts';
/** Programs that take long, with the arguments of a short run; `npm run book` runs them whole. */
const short: Readonly<Record<string, readonly string[]>> = { 'chapter4/twoLayerNet.ts': ['2'] };
/** These write files: `resume.test.ts` runs them. */
const resume = 'training/resume.ts';
const saveOften = 'training/saveOften.ts';
/** These draw: `gallery.test.ts` runs them. */
const drawing = programs.filter((file) =>
	readFileSync(`${root}${file}`, 'utf8').includes("'../shown.ts'"),
);
const apart = [gradientCheck, train, pickledWeights, resume, saveOften, ...drawing];

test.each(programs.filter((file) => !apart.includes(file)))(
	'%s runs and says something',
	(file) => {
		expect(run(file, ...(short[file] ?? []))).not.toBe('');
	},
);

// With 5 hidden units rather than 50, for time; `npm run book` has them all.
test('every parameter of the two-layer net has its numerical gradient to 1e-9, on real digits', () => {
	const differences = run(gradientCheck, '5')
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

test('the book’s own weights read 9,352 of 10,000 digits right, one at a time and in batches', ({
	skip,
}) => {
	const weights = '../shared/data/sample_weight.pkl';
	skip(
		!existsSync(`${root}../${weights}`),
		`the file that comes with the book is no part of the repository: put it at ${weights}`,
	);
	expect(run(pickledWeights).split('\n')).toEqual([
		'one image at a time: 9352 of 10000 right',
		'in batches of 100:   9352 of 10000 right',
	]);
});

test('a program that needs a file says which one is missing', () => {
	const { stderr, status } = ending(pickledWeights, 'no/such.pkl');
	expect(stderr).toMatch(/no[/\\]such\.pkl: no such file/);
	expect(status).toBe(1);
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
