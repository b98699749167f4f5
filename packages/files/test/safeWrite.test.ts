import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { joined } from '../src/bytes.ts';
import { DataFileError } from '../src/index.ts';
import { safeWrite } from '../src/safeWrite.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullback-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'state');
const bytes = Buffer.from('new');

beforeEach(() => {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder);
});

const rejection = (writing: Promise<void>): Promise<unknown> =>
	writing.then(
		() => 'written',
		(error: unknown) => error,
	);

test('a file holds all pieces in their order, of any lengths', async () => {
	const pieces = fc.array(
		fc
			.tuple(fc.oneof(fc.nat(20), fc.nat(600_000)), fc.nat(255))
			.map(([length, fill]) => new Uint8Array(length).fill(fill)),
		{ maxLength: 6 },
	);
	await fc.assert(
		fc.asyncProperty(pieces, fc.boolean(), async (list, isAsync) => {
			async function* later(): AsyncGenerator<Uint8Array> {
				yield* list;
			}
			await safeWrite(file, isAsync ? later() : list);
			expect(readFileSync(file).equals(joined(list))).toBe(true);
			expect(readdirSync(folder)).toEqual(['state']);
		}),
		{ numRuns: 30 },
	);
});

test('a file that is replaced keeps its permissions; a new one has the usual ones', async () => {
	await safeWrite(file, [bytes]);
	const usual = join(folder, 'usual');
	writeFileSync(usual, '');
	expect(statSync(file).mode).toBe(statSync(usual).mode);
	chmodSync(file, 0o640);
	await safeWrite(file, [bytes]);
	expect(statSync(file).mode & 0o7777).toBe(0o640);
});

test('where a link leads is written, and the link stays', async () => {
	const link = join(folder, 'link');
	writeFileSync(file, 'old');
	symlinkSync(file, link);
	await safeWrite(link, [bytes]);
	expect(lstatSync(link).isSymbolicLink()).toBe(true);
	expect(readFileSync(file, 'utf8')).toBe('new');
});

test('pieces that throw leave the file that was there, and nothing else', async () => {
	writeFileSync(file, 'old');
	const error = new RangeError('no more');
	function* failing(): Generator<Uint8Array> {
		yield new Uint8Array(600_000);
		throw error;
	}
	expect(await rejection(safeWrite(file, failing()))).toBe(error);
	expect(readFileSync(file, 'utf8')).toBe('old');
	expect(readdirSync(folder)).toEqual(['state']);
});

test('what another process has left is written over', async () => {
	writeFileSync(`${file}.tmp-${process.pid}`, 'half of somethi');
	await safeWrite(file, [bytes]);
	expect(readFileSync(file, 'utf8')).toBe('new');
	expect(readdirSync(folder)).toEqual(['state']);
});

test('a second call for the same file is refused, and the first goes on, whichever the system answers first', async () => {
	const files = Array.from({ length: 50 }, (_, i) => `${file}${i}`);
	const outcomes = await Promise.all(
		files.flatMap((each) => [
			rejection(safeWrite(each, [bytes])),
			rejection(safeWrite(each, [Buffer.from('second')])),
		]),
	);
	for (const [i, each] of files.entries()) {
		expect(outcomes[2 * i]).toBe('written');
		expect(String(outcomes[2 * i + 1])).toBe(
			`DataFileError: ${each}: found that it is being written; await the call that does so`,
		);
		expect(readFileSync(each, 'utf8')).toBe('new');
	}
});

test('of two names of one file at once, one is refused', async () => {
	writeFileSync(file, 'old');
	symlinkSync(file, `${file}.link`);
	const calls: Promise<unknown>[] = [];
	/** What is written last once the other call has ended, so that it is made while this one writes. */
	async function* beside(other: number): AsyncGenerator<Uint8Array> {
		yield bytes.subarray(0, 1);
		await calls[other];
		yield bytes.subarray(1);
	}
	calls.push(rejection(safeWrite(file, beside(1))));
	calls.push(rejection(safeWrite(`${file}.link`, beside(0))));
	const outcomes = await Promise.all(calls);
	expect(outcomes.filter((each) => each === 'written')).toHaveLength(1);
	expect(readFileSync(file, 'utf8')).toBe('new');
});

test('a temporary file that another process has taken is not given the name', async () => {
	writeFileSync(file, 'old');
	const temporary = `${file}.tmp-${process.pid}`;
	async function* interrupted(): AsyncGenerator<Uint8Array> {
		yield new Uint8Array(600_000);
		rmSync(temporary);
		writeFileSync(temporary, 'half of somethi');
	}
	const error = await rejection(safeWrite(file, interrupted()));
	expect(String(error)).toMatch(/another process writes it at the same time/);
	expect(readFileSync(file, 'utf8')).toBe('old');
});

test.each([
	['a folder', () => folder, /found no ordinary file/],
	['a device', () => '/dev/null', /found no ordinary file/],
	[
		'a folder that is not there',
		() => join(folder, 'none', 'state'),
		/cannot write it: no such folder/,
	],
	['a file as a folder', () => join('/dev/null', 'state'), /cannot write it: ENOTDIR/],
])('%s: a typed error', async (_, path, words) => {
	const error = await rejection(safeWrite(path(), [bytes]));
	expect(error).toBeInstanceOf(DataFileError);
	expect(error).toMatchObject({ file: path(), reason: expect.stringMatching(words) });
	expect(readdirSync(folder)).toEqual([]);
});

test('a disk without room gives a typed error and leaves the file that was there', () => {
	writeFileSync(file, 'old');
	const source = fileURLToPath(new URL('../src/safeWrite.ts', import.meta.url));
	const program = `
		const { safeWrite } = await import(${JSON.stringify(source)});
		try {
			await safeWrite(${JSON.stringify(file)}, [new Uint8Array(3e6)]);
			console.log('written');
		} catch (error) {
			console.log(String(error));
		}`;
	// Files of 1 MB at most: the system ends a write as it does where the disk is full.
	const command = `ulimit -f 1000; exec ${process.execPath} --conditions=@pullback/source --import tsx --input-type=module`;
	const { stdout, stderr } = spawnSync('bash', ['-c', `trap '' XFSZ; ${command}`], {
		input: program,
		encoding: 'utf8',
		cwd: fileURLToPath(new URL('..', import.meta.url)),
	});
	expect(stderr).toBe('');
	expect(stdout).toBe(`DataFileError: ${file}: cannot write it: EFBIG: file too large, write\n`);
	expect(readFileSync(file, 'utf8')).toBe('old');
	expect(readdirSync(folder)).toEqual(['state']);
});
