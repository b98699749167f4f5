import type { Node, Operand } from '@pullback/core';
import { checkedString, toNode } from '@pullback/core/arguments';
import { checkedBytes, joined } from './bytes.ts';
import { piecesOf } from './npy/format.ts';
import { readArray } from './npy/read.ts';
import { readFrom, Source } from './reading.ts';

/**
 * The array in a file of numpy.save (.npy), of versions 1 to 3, either byte order, and either order of axes. Arrays of
 * float32, float64, int32, uint8 and bool keep their dtype; float16 becomes f32, other whole numbers i32 if all fit.
 * `file` is the name used in errors.
 * Throws a {@link DataFileError} that names file, byte and reason for other types, and for what is damaged.
 */
export function parseNpy(bytes: Uint8Array, file: string): Node {
	checkedString('parseNpy', 'file', file);
	const own = checkedBytes('parseNpy', bytes);
	return readFrom(own, readArray(new Source(file, own.length)));
}

/** The bytes of a file of numpy.save that holds a tensor: little-endian, row by row, of version 1.0. */
export function formatNpy(x: Operand): Uint8Array {
	return joined(piecesOf(toNode('formatNpy', x)));
}
