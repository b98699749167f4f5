import { bytesOf } from './fileBytes.ts';
import { parsePickle } from './parsePickle.ts';
import { checkedPath } from './paths.ts';
import type { PickleValue } from './pickle/values.ts';

/**
 * What the pickle in a file holds: see {@link parsePickle}. Not for browsers, which have no files to name.
 * Rejects with a {@link DataFileError} for a file that is missing, damaged, or not a pickle of NumPy's; with a
 * TypeError or RangeError for what is no path.
 */
export async function readPickle(file: string): Promise<PickleValue> {
	const path = checkedPath('readPickle', 'file', file);
	return parsePickle(await bytesOf(path), path);
}
