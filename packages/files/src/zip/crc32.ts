/** The remainders of a byte followed by 0, 1, 2 and 3 bytes of zeros, 256 of each. */
const remainders = new Int32Array(4 * 256);
for (let byte = 0; byte < 256; byte++) {
	let rest = byte;
	for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
	remainders[byte] = rest;
}
for (let i = 256; i < remainders.length; i++) {
	const shorter = remainders[i - 256] as number; // i is in range
	remainders[i] = (shorter >>> 8) ^ (remainders[shorter & 255] as number);
}

/** What Node has for it, which is ten times as fast; nothing in browsers. */
const native = globalThis.process?.getBuiltinModule?.('node:zlib').crc32;

/** The checksum of zip: CRC-32 of ISO 3309, of bytes that follow those of which it is `before`. */
export function crc32(bytes: Uint8Array, before = 0): number {
	// Of no bytes, Node forgets what went before.
	if (native === undefined || bytes.length === 0) return portableCrc32(bytes, before);
	return native(bytes, before);
}

/** The same wherever there is JavaScript: four bytes at a time, which takes a third of the time of one. */
export function portableCrc32(bytes: Uint8Array, before = 0): number {
	let rest = ~before;
	let i = 0;
	// Every index is in range.
	for (const end = bytes.length - 3; i < end; i += 4) {
		rest ^=
			(bytes[i] as number) |
			((bytes[i + 1] as number) << 8) |
			((bytes[i + 2] as number) << 16) |
			((bytes[i + 3] as number) << 24);
		rest =
			(remainders[768 + (rest & 255)] as number) ^
			(remainders[512 + ((rest >>> 8) & 255)] as number) ^
			(remainders[256 + ((rest >>> 16) & 255)] as number) ^
			(remainders[rest >>> 24] as number);
	}
	for (; i < bytes.length; i++)
		rest = (rest >>> 8) ^ (remainders[(rest ^ (bytes[i] as number)) & 255] as number);
	return ~rest >>> 0;
}
