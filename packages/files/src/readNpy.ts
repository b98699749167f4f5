import type { Node, Operand } from '@pullback/core';
import { toNode } from '@pullback/core/arguments';
import { piecesOf } from './npy/format.ts';
import { readArray } from './npy/read.ts';
import { readFileWith } from './openFile.ts';
import { checkedPath } from './paths.ts';
import { safeWrite } from './safeWrite.ts';

/**
 * The array in a file of numpy.save: see {@link parseNpy}. Not for browsers.
 * Rejects with a {@link DataFileError} for a file that is missing, damaged, or of another type.
 */
export async function readNpy(file: string): Promise<Node> {
	return readFileWith(checkedPath('readNpy', 'file', file), readArray);
}

/**
 * Writes a tensor as numpy.save does. The file has its name only once it is whole, and what had the name before stays
 * until then. Not for browsers. Rejects with a {@link DataFileError} where the system cannot write.
 */
export async function writeNpy(file: string, x: Operand): Promise<void> {
	const path = checkedPath('writeNpy', 'file', file);
	await safeWrite(path, piecesOf(toNode('writeNpy', x)));
}
