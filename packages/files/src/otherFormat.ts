/** Beginnings of files that are taken for pickles, each of which no pickle has. */
const otherFormats: readonly (readonly [beginning: readonly number[], kind: string])[] = [
	[[0x1f, 0x8b], 'gzip (inflate it first)'],
	[[0x50, 0x4b, 0x03, 0x04], 'a zip archive, as numpy.savez and torch.save write'],
	[[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'an array of numpy.save'],
	[[0x89, 0x48, 0x44, 0x46], 'HDF5'],
	[[0x3c], 'what looks like a web page'],
];

/** What a file is that is taken for a pickle, by its beginning; undefined if it may be one. */
export function otherFormat(bytes: Uint8Array): string | undefined {
	return otherFormats.find(([beginning]) => beginning.every((byte, i) => bytes[i] === byte))?.[1];
}
