import { DataFileError } from './dataFileError.ts';
import { nodeModule } from './nodeModules.ts';
import { parsePickle } from './parsePickle.ts';
import { checkedPath, systemReason } from './paths.ts';
import type { PickleValue } from './pickle/values.ts';

/** The largest file that is read, in bytes: what one array of bytes holds. */
const maxFileBytes = 2 ** 31 - 1;

/**
 * What the pickle in a file holds: see {@link parsePickle}. Not for browsers, which have no files to name.
 * Rejects with a {@link DataFileError} for a file that is missing, damaged, or not a pickle of NumPy's; with a
 * TypeError or RangeError for what is no path.
 */
export async function readPickle(file: string): Promise<PickleValue> {
	const path = checkedPath('readPickle', 'file', file);
	return parsePickle(await bytesOf(path), path);
}

async function bytesOf(file: string): Promise<Uint8Array> {
	const { readFile, stat } = nodeModule('node:fs/promises');
	try {
		// Asked before opening: to open a named pipe is to wait for a writer.
		const stats = await stat(file);
		if (!stats.isFile()) throw new DataFileError(file, 'found no ordinary file, needed one');
		if (stats.size > maxFileBytes)
			throw new DataFileError(file, `found ${stats.size} bytes, needed at most ${maxFileBytes}`);
		return await readFile(file);
	} catch (error) {
		if (error instanceof DataFileError) throw error;
		const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		const reason = missing ? 'no such file' : `cannot read it: ${systemReason(error)}`;
		throw new DataFileError(file, reason, { cause: error });
	}
}
