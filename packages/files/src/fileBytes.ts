import { DataFileError } from './dataFileError.ts';
import { systemReason } from './paths.ts';

/** The largest file that is read, in bytes: what one array of bytes holds. */
const maxFileBytes = 2 ** 31 - 1;

/** What an ordinary file holds. */
export async function bytesOf(file: string): Promise<Uint8Array> {
	// Only where it is called: the rest of the package runs in browsers.
	const { readFile, stat } = await import('node:fs/promises');
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
