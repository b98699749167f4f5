import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomKey, zeros } from '@pullback/core';
import { writeSafetensors } from '@pullback/files';
import { stateOf } from '@pullback/nn';
import { decodePng, encodePng } from '@pullback/pictures';
import { describe, expect, test } from 'vitest';
import { program } from '../src/commands/program.ts';
import { recipes } from '../src/recipes/table.ts';
import { lastLine, run, runOn, small } from './command.ts';
import { temporaryFolder } from './idxFiles.ts';

const drawings = fileURLToPath(new URL('drawings/', import.meta.url));
const pictures = readdirSync(drawings).filter((file) => file.endsWith('.png'));

interface Picture {
	readonly file: string;
	readonly digit?: number | null;
	readonly error?: string;
	readonly likeliest: readonly { readonly digit: number; readonly probability: number }[];
}

describe('predict', () => {
	test('reads at least 18 of the 20 drawings right, and tells what is no drawing', async () => {
		const folder = temporaryFolder();
		const empty = join(folder, 'empty.png');
		writeFileSync(empty, encodePng(zeros([30, 40])));
		const text = join(folder, 'text.png');
		writeFileSync(text, 'no picture');
		const sheet = join(folder, 'sheet.png');
		const files = pictures.map((file) => join(drawings, file));
		const { out, err, code } = await run(
			'predict',
			...files,
			empty,
			text,
			'--json',
			'--sheet',
			sheet,
		);
		expect(code).toBe(1);
		expect(err).toContain(`${empty}: nothing is drawn there\n`);
		expect(err).toContain(
			`pullback-mnist: ${text}: at byte 0: found something else, needed a PNG file\n`,
		);
		const told: { readonly pictures: readonly Picture[] } = JSON.parse(out);
		const right = pictures.filter((file, i) => file.startsWith(`${told.pictures[i]?.digit}-`));
		expect(right.length).toBeGreaterThanOrEqual(18);
		for (const { likeliest } of told.pictures.slice(0, 20)) {
			const chances = likeliest.map(({ probability }) => probability);
			expect(chances).toEqual(chances.toSorted((a, b) => b - a));
			expect(chances).toHaveLength(3);
		}
		expect(told.pictures.slice(20)).toEqual([
			{ file: empty, digit: null, likeliest: [] },
			{ file: text, error: 'found something else, needed a PNG file' },
		]);
		expect(decodePng(readFileSync(sheet), sheet).shape).toHaveLength(3);
	});

	test('reads standard input, with weights of one’s own, and says so in a line', async () => {
		const weights = join(temporaryFolder(), 'net.safetensors');
		await writeSafetensors(weights, new Map([['W1', zeros([784, 10])]]));
		const bytes = readFileSync(join(drawings, '3-small.png'));
		expect(runOn(bytes, 'predict', '-', '--weights', weights)).toEqual({
			out: '-: 0 (10.0 %)  1 (10.0 %)  2 (10.0 %)\n',
			err: '',
			code: 0,
		});
	});
});

test('evaluate tells accuracy, confusion and the worst mistakes, on a sheet, too', async () => {
	const { dir } = small({ test: 20 });
	const weights = join(dir, 'net.safetensors');
	await writeSafetensors(weights, stateOf(recipes.linear.net(randomKey(1))));
	const sheet = join(dir, 'mistakes.png');
	const flags = ['--data', dir, '--mistakes', sheet, '--count', '4', '--json'];
	const { out, err, code } = await run('evaluate', weights, ...flags);
	expect(code).toBe(0);
	const { accuracy, right, count, confusion, mistakes } = JSON.parse(out);
	expect(count).toBe(20);
	expect(accuracy).toBe(right / count);
	expect(confusion.flat().reduce((sum: number, each: number) => sum + each, 0)).toBe(20);
	expect(confusion.reduce((sum: number, row: number[], i: number) => sum + (row[i] ?? 0), 0)).toBe(
		right,
	);
	expect(mistakes).toHaveLength(4);
	expect(err).toContain(`${weights}: 784-10 (safetensors)\n`);
	expect(err).toContain(`${right} of 20 test images right, ${accuracy.toFixed(4)}\n`);
	expect(lastLine(err)).toContain(`${sheet}: the 4 worst of ${20 - right} mistakes`);
	// Two by two images of 28 pixels four times as large.
	expect(decodePng(readFileSync(sheet), sheet).shape[1]).toBe(8 + 2 * (112 + 8));
});

test('show prints an image and its label', async () => {
	const { dir } = small();
	const { out, err, code } = await run('show', '3', '--data', dir, '--split', 'train', '--json');
	expect(code).toBe(0);
	const { label, pixels, ...rest } = JSON.parse(out);
	expect(rest).toEqual({ split: 'train', index: 3 });
	// An image of the digit d is a bright row at 2 d.
	expect(pixels.findIndex((row: number[]) => row.some((value) => value > 0))).toBe(2 * label);
	expect(err.split('\n')[2 * label]).toBe('█'.repeat(56));
	expect(lastLine(err)).toBe(`image 3 of the train images: ${label}`);
});

test.each([
	[['evaluate', 'a', 'b'], 'found 2 words, needed [FILE]'],
	[['evaluate', 'no/such.npz'], 'no/such.npz: no such file'],
	[['evaluate', '--count', '3'], '--count: needs --mistakes FILE.png, the sheet that it is of'],
	[
		['evaluate', '--mistakes', 'no/such/sheet.png'],
		'found no folder no/such, which is to hold no/such/sheet.png',
	],
	[['evaluate', '--activation', 'rely'], 'did you mean relu?'],
	[['predict'], 'found 0 words, needed FILE.png|-...'],
	[['predict', '-', '-'], 'found - several times, and standard input is one picture'],
	[['show', '-1'], 'found "-1", not a flag'],
	[['show', 'x', '--data', '.'], 'train-images-idx3-ubyte: no such file'],
	[
		['download', '--mirror', 'ftp://x'],
		'--mirror: found "ftp://x", needed an address of http or https',
	],
])('%j fails with a line that says what to do', async (words, message) => {
	await expect(program(words, 'mnist')).rejects.toThrow(message);
});
