import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFileError, type ReadIdxOptions, readIdx } from '../src/index.ts';
import { temporaryFolder } from './idxFiles.ts';

/** A function that writes bytes to a file of a temporary folder and gives its path. */
export function writer(): (bytes: Uint8Array) => string {
	const file = join(temporaryFolder(), 'digits');
	return (bytes) => {
		writeFileSync(file, bytes);
		return file;
	};
}

/** The error that reading `file` gives, which must be a typed one. */
export async function errorOf(file: string, options: ReadIdxOptions = {}): Promise<DataFileError> {
	try {
		await readIdx(file, options);
	} catch (error) {
		if (error instanceof DataFileError) return error;
		throw error;
	}
	throw new Error('the file was accepted');
}
