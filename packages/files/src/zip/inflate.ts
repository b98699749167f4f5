import { Inflate } from 'fflate';

/** The bytes that are inflated at once. Each gives 1,032 at most, so that 8 MB are met before they are counted. */
const chunkBytes = 2 ** 13;

/** What a reading of compressed bytes found: those that they stand for, or why they are wrong. */
export type Inflated = { readonly bytes: Uint8Array } | { readonly fault: string; cause?: unknown };

/** The `size` bytes that deflated ones stand for; no more is done once they are too many. */
export function inflate(deflated: Uint8Array, size: number): Inflated {
	const bytes = new Uint8Array(size);
	let length = 0;
	const stream = new Inflate((chunk) => {
		if (length + chunk.length <= size) bytes.set(chunk, length);
		length += chunk.length;
	});
	try {
		for (let at = 0; at < deflated.length && length <= size; at += chunkBytes)
			stream.push(deflated.subarray(at, at + chunkBytes), at + chunkBytes >= deflated.length);
	} catch (cause) {
		return { fault: 'found compressed bytes that are damaged', cause };
	}
	if (length !== size)
		return {
			fault: `found ${length > size ? 'more' : `${length}`} bytes when inflated, needed ${size}`,
		};
	return { bytes };
}
