import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Node } from '@pullback/core';
import { afterAll, describe, expect, test } from 'vitest';
import { DataFileError, parsePyTorch, readPyTorch } from '../src/index.ts';
import { asNumbers, heldOf } from './pickles.ts';
import { readable, unreadable } from './pytorch.ts';

const file = 'model.pt';

describe('what PyTorch saved', () => {
	test.each(readable)('$title: is what it held, to the bit', ({ bytes, holds }) => {
		expect(heldOf(parsePyTorch(bytes, file))).toEqual(asNumbers(holds));
	});

	test.each(unreadable)('$title: is refused with the reason', ({ bytes, words }) => {
		let error: unknown;
		try {
			parsePyTorch(bytes, file);
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(DataFileError);
		expect(String(error)).toMatch(words);
	});

	test.each(readable.filter(({ name }) => name === 'one tensor twice'))(
		'$title: is one Node in both places',
		({ bytes }) => {
			const [first, second] = parsePyTorch(bytes, file) as readonly Node[];
			expect(first).toBeInstanceOf(Node);
			expect(second).toBe(first);
		},
	);

	test.each(readable)(
		'$title: is the same wherever the bytes lie, and does not change with them',
		({ bytes, holds }) => {
			for (const shift of [1, 2, 3]) {
				const moved = new Uint8Array(bytes.length + shift).subarray(shift);
				moved.set(bytes);
				const value = parsePyTorch(moved, file);
				moved.fill(0);
				expect(heldOf(value)).toEqual(asNumbers(holds));
			}
		},
	);
});

describe('a checkpoint on disk', () => {
	const folder = mkdtempSync(join(tmpdir(), 'pullback-torch-'));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	test.each(readable)('$title: is read as its bytes are', async ({ bytes, holds }) => {
		const path = join(folder, 'model.pt');
		writeFileSync(path, bytes);
		expect(heldOf(await readPyTorch(path))).toEqual(asNumbers(holds));
	});

	test('that is not there, or no file, is a typed error', async () => {
		await expect(readPyTorch(join(folder, 'none.pt'))).rejects.toThrow('none.pt: no such file');
		await expect(readPyTorch(folder)).rejects.toThrow(DataFileError);
		await expect(readPyTorch('')).rejects.toThrow('readPyTorch: file is empty');
	});
});
