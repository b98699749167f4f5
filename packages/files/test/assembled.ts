/** The bytes of a pickle from its parts: text is one byte for each character, numbers are bytes. */
export function assembled(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
	return Buffer.concat(
		parts.map((part) =>
			typeof part === 'string'
				? Buffer.from(part, 'latin1')
				: typeof part === 'number'
					? Buffer.of(part)
					: part,
		),
	);
}

/** A number in the given count of bytes, the lowest first. */
export function littleEndian(number: bigint | number, bytes: number): Uint8Array {
	return Uint8Array.from({ length: bytes }, (_, i) =>
		Number((BigInt(number) >> BigInt(8 * i)) & 255n),
	);
}

/** A text, as protocols 1 to 3 write it. */
export function unicode(text: string): Uint8Array {
	const bytes = new TextEncoder().encode(text);
	return assembled('X', littleEndian(bytes.length, 4), bytes);
}

/** A whole number, as protocol 2 writes those of any size. */
export function long(number: bigint): Uint8Array {
	return assembled(0x8a, 17, littleEndian(number, 17));
}

/** The dtype of the given name and byte order. */
export function dtype(name: string, order = '<'): Uint8Array {
	return assembled(
		'cnumpy\ndtype\n(',
		unicode(name),
		'K\x00K\x01tR(K\x03',
		unicode(order),
		'NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb',
	);
}

/** An array, of which everything is what it is said to be. */
export function array(
	shape: readonly (bigint | number)[],
	type: Uint8Array,
	data: Uint8Array,
): Uint8Array {
	return assembled(
		'cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85C\x01btR(K\x01(',
		...shape.map((size) => long(BigInt(size))),
		't',
		type,
		0x89,
		data,
		'tb',
	);
}

/** Bytes, as protocol 3 writes them. */
export function bytes(contents: Uint8Array): Uint8Array {
	return assembled('B', littleEndian(contents.length, 4), contents);
}
