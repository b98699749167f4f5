import { readFileWith } from './openFile.ts';
import { checkedPath } from './paths.ts';
import type { PickleValue } from './pickle/values.ts';
import { readCheckpoint } from './torch/checkpoint.ts';

/**
 * What a checkpoint of PyTorch's in a file holds: see `parsePyTorch`. Storages are read one after another. Not for browsers, which have no files to name.
 * Rejects with a {@link DataFileError} for a file that is missing, damaged, or no such checkpoint; with a TypeError or
 * RangeError for what is no path.
 */
export async function readPyTorch(file: string): Promise<PickleValue> {
	const path = checkedPath('readPyTorch', 'file', file);
	return readFileWith(path, readCheckpoint);
}
