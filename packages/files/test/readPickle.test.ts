import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DataFileError, readPickle } from '../src/index.ts';
import { asNumbers, heldOf, readable, unreadable } from './pickles.ts';

/** A folder that is removed when the test is over. */
function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'pullback-files-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** The error of a file that cannot be read, which must be a typed one that names it. */
async function errorOf(file: string): Promise<DataFileError> {
	const error = await readPickle(file).catch((thrown: unknown) => thrown);
	if (!(error instanceof DataFileError)) throw error;
	expect(error.file).toBe(file);
	expect(error.message).toContain(`${file.slice(-500)}:`);
	return error;
}

test('a file holds what its bytes hold, and its errors name it', async () => {
	const folder = temporaryFolder();
	const [good, bad] = [readable[0], unreadable[0]];
	if (good === undefined || bad === undefined) throw new Error('there are no samples');
	writeFileSync(join(folder, 'good.pkl'), good.bytes);
	writeFileSync(join(folder, 'bad.pkl'), bad.bytes);
	expect(heldOf(await readPickle(join(folder, 'good.pkl')))).toEqual(asNumbers(good.holds));
	expect((await errorOf(join(folder, 'bad.pkl'))).reason).toMatch(bad.words);
});

test('what is no file, or too large, is refused before it is opened', async () => {
	const folder = temporaryFolder();
	expect((await errorOf(join(folder, 'none.pkl'))).reason).toBe('no such file');
	mkdirSync(join(folder, 'folder'));
	expect((await errorOf(join(folder, 'folder'))).reason).toMatch(/ordinary file/);
	expect((await errorOf('/dev/zero')).reason).toMatch(/no such file|ordinary file/);
	// A file with nothing in it takes no room, however long it is.
	const large = join(folder, 'large');
	writeFileSync(large, '');
	truncateSync(large, 2 ** 40);
	expect((await errorOf(large)).reason).toBe(
		'found 1099511627776 bytes, needed at most 2147483647',
	);
	expect((await errorOf('x'.repeat(100_000))).reason).toMatch(/^cannot read it: /);
});
