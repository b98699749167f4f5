import { Unzlib } from 'fflate';
import type { Fault } from './fault.ts';

/** The bytes that are inflated at once. Each gives 1,032 at most, so that 8 MB are met before they are counted. */
const chunkBytes = 2 ** 13;

/** Deflate cannot pack more than this many bytes into one. */
const maxInflation = 1032;

/**
 * The `size` bytes that the pieces of one zlib stream stand for; no more is done once they are too many, and no memory is
 * taken for more than the pieces can hold.
 */
export function inflate(pieces: readonly Uint8Array[], size: number, fault: Fault): Uint8Array {
	const packed = pieces.reduce((sum, { length }) => sum + length, 0);
	const needed = `needed ${size} for a picture of this size`;
	if (size > packed * maxInflation)
		throw fault(
			`found ${packed} bytes of picture data, which are too few; ${needed} when inflated`,
		);
	const bytes = new Uint8Array(size);
	let length = 0;
	const stream = new Unzlib((chunk) => {
		if (length + chunk.length <= size) bytes.set(chunk, length);
		length += chunk.length;
	});
	try {
		for (const piece of pieces)
			for (let at = 0; at < piece.length && length <= size; at += chunkBytes)
				stream.push(piece.subarray(at, at + chunkBytes), false);
		if (length <= size) stream.push(new Uint8Array(0), true);
	} catch (cause) {
		throw fault('found picture data that are damaged', undefined, cause);
	}
	if (length !== size)
		throw fault(
			`found ${length > size ? 'more' : `${length}`} bytes of picture data when inflated, ${needed}`,
		);
	return bytes;
}
