import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { built } from '../../../testing/built.ts';
import { finish, lastLine, run, runOn, small, start, startWith } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

describe('the command', () => {
	test('prints its help on stdout', async () => {
		const { out, err, code } = await run('--help');
		expect([code, err]).toEqual([0, '']);
		for (const flag of ['--iterations', '--batch-size', '--hidden', '--learning-rate', '--seed']) {
			expect(out).toMatch(new RegExp(`${flag} .*default`));
		}
		expect(out).toMatch(/--data .*\n.*--json .*\n.*--help /);
	});

	// The other tests start its bundle.
	test('is bundled for these tests as it is built, but for its place', () => {
		const program = fileURLToPath(built('packages/mnist', 'dist/cli.js'));
		const [{ out }, separate] = [
			runOn(new Uint8Array(), '--help'),
			spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' }),
		];
		expect(separate).toMatchObject({
			status: 0,
			stdout: out.replaceAll('bundled', 'dist'),
			stderr: '',
		});
	});

	test('trains, tells of each epoch, and ends with the accuracy', async () => {
		const { out, err, code } = await run(...small().flags);
		expect([code, err]).toEqual([0, '']);
		expect(out.match(/^epoch/gm)).toHaveLength(8);
		expect(lastLine(out)).toMatch(/^test accuracy \d\.\d{4} after 25 iterations in \d+ s$/);
	});

	test('with --json ends stdout with one line of JSON, progress being on stderr', async () => {
		const { out, err, code } = await run(...small().flags, '--json');
		expect(code).toBe(0);
		expect(err).toMatch(/^epoch/m);
		expect(out.trimEnd()).not.toContain('\n');
		const report = JSON.parse(out);
		expect(Object.keys(report)).toEqual([
			'testAccuracy',
			'trainAccuracy',
			'iterations',
			'seconds',
			'weightsSha256',
			'history',
		]);
		expect(report).toMatchObject({
			iterations: 25,
			seconds: expect.any(Number),
			weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		const epochs = report.history.map(({ epoch }: { epoch: number }) => epoch);
		expect(epochs).toEqual([0, 1, 2, 3, 4, 5, 6, 6.25]);
		expect(report.history.at(-1)).toEqual({
			epoch: 6.25,
			trainAccuracy: report.trainAccuracy,
			testAccuracy: report.testAccuracy,
			loss: expect.any(Number),
		});
	});

	test('gives the same weights for the same seed, others for another', async () => {
		const { flags } = small();
		const hashes = await Promise.all(
			['3', '3', '4'].map(async (seed) => {
				const { out } = await run(...flags, '--seed', seed, '--json');
				return JSON.parse(lastLine(out)).weightsSha256;
			}),
		);
		expect(hashes[0]).toBe(hashes[1]);
		expect(hashes[0]).not.toBe(hashes[2]);
	});

	test('stops for whoever reads no further', async () => {
		const child = start(...small().flags, '--iterations', '1000000');
		child.stdout.once('data', () => child.stdout.destroy());
		const [code] = await once(child as ChildProcess, 'exit');
		expect(code).toBe(0);
	});
});

describe('a mistake is one line on stderr and exit code 1', () => {
	const refused = async (args: readonly string[], reason: RegExp) => {
		const { out, err, code } = await run(...args);
		expect([code, out]).toEqual([1, '']);
		expect(err).toMatch(/^pullback-mnist: [^\n]+\n$/);
		expect(err).toMatch(reason);
	};

	test.each([
		['a bad value', ['--iterations', 'many'], /--iterations: found "many", needed .*; see --help/],
		['an unknown flag', ['--pace'], /found "--pace", not a flag; see --help/],
		['an unknown command', ['600'], /found "600", needed a command or a flag, .*; see --help/],
		['a command misspelt', ['trein'], /found "trein", needed a .* such as train; see --help/],
		['a flag misspelt', ['--seeds', '1'], /found "--seeds", .*did you mean --seed\?; see --help/],
		['a flag of train', ['--epochs', '1'], /found --epochs, a flag of the command train: .*; see/],
		['a word too many', ['--json', '600'], /found "600", needed a flag; see --help/],
		['a folder that is not there', ['--data', 'no such\nfolder'], /no such folder: no such folder/],
	])('%s', async (_, args, reason) => {
		await refused(args, reason);
	});

	test('a missing file', async () => {
		await refused(['--data', temporaryFolder()], /train-images-idx3-ubyte: no such file/);
	});

	test('a damaged file', async () => {
		const { dir, flags } = small();
		truncateSync(join(dir, 't10k-images-idx3-ubyte'), 1000);
		await refused(flags, /t10k-images-idx3-ubyte: at byte 1000: found 984 bytes/);
	});

	test('an empty training set', async () => {
		await refused(small({ train: 0 }).flags, /found 0 training images, needed at least 1/);
	});

	// Which numbers are none is the engine's law.
	test('PULLBACK_THREADS of what is no number of threads', async () => {
		const { out, err, code } = await finish(startWith({ PULLBACK_THREADS: 'abc' }, small().flags));
		expect([code, out]).toEqual([1, '']);
		expect(err).toBe(
			`pullback-mnist: PULLBACK_THREADS is abc; it must be a whole number from 1 to 128; leave it out for as many threads as the machine runs at once\n`,
		);
	});

	test('a batch and a layer, each within the limits, that together are more than memory', async () => {
		const sizes = ['--batch-size', '60000', '--hidden', '10000', '--json'];
		const { out, err, code } = await run(...small().flags, ...sizes);
		expect([code, out]).toEqual([1, '']);
		expect(err).toMatch(
			/^pullback-mnist: out of memory: \d+ bytes wanted, [^\n]*; lower --batch-size or --hidden\n$/m,
		);
		expect(err).not.toMatch(/^ +at /m);
	});

	test('a learning rate that blows up', async () => {
		const { flags } = small();
		const { err, code } = await run(...flags, '--learning-rate', '1e30', '--json');
		expect(code).toBe(1);
		expect(lastLine(err)).toMatch(/^pullback-mnist: found a loss of \S+ at iteration \d+/);
	});
});
