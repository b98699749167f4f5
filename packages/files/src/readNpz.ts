import type { Node } from '@pullback/core';
import type { NamedTensors } from './namedTensors.ts';
import { archiveOf, checkedLimit, type NpzOptions, readArrays } from './npz.ts';
import { readFileWith } from './openFile.ts';
import { checkedPath } from './paths.ts';
import { safeWrite } from './safeWrite.ts';

/**
 * The arrays in a file of numpy.savez or numpy.savez_compressed by their names: see {@link parseNpz}. Not for browsers.
 * Rejects with a {@link DataFileError} for a file that is missing, damaged, or holds what is no array.
 */
export async function readNpz(
	file: string,
	options?: NpzOptions,
): Promise<ReadonlyMap<string, Node>> {
	const path = checkedPath('readNpz', 'file', file);
	const limit = checkedLimit('readNpz', options);
	return readFileWith(path, (source) => readArrays(source, limit));
}

/**
 * Writes tensors as numpy.savez does, one by one, not compressed. The file has its name only once it is whole, and what
 * had the name before stays until then. Not for browsers. Rejects with a {@link DataFileError} where the system cannot
 * write, with RangeError for a name that no archive should have, such as one that leads out of its folder.
 */
export async function writeNpz(file: string, tensors: NamedTensors): Promise<void> {
	const path = checkedPath('writeNpz', 'file', file);
	await safeWrite(path, archiveOf('writeNpz', tensors));
}
