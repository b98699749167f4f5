import { bytesOf } from './fileBytes.ts';
import { parsePyTorch } from './parsePyTorch.ts';
import { checkedPath } from './paths.ts';
import type { PickleValue } from './pickle/values.ts';

/**
 * What a checkpoint of PyTorch's in a file holds: see {@link parsePyTorch}. Not for browsers, which have no files to name.
 * Rejects with a {@link DataFileError} for a file that is missing, damaged, or no such checkpoint; with a TypeError or
 * RangeError for what is no path.
 */
export async function readPyTorch(file: string): Promise<PickleValue> {
	const path = checkedPath('readPyTorch', 'file', file);
	return parsePyTorch(await bytesOf(path), path);
}
