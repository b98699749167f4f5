/** A program in the fragment of an address, which browsers send to no server. */

/** The most bytes of a program that is put into a fragment, or read from one. */
const maxBytes = 400_000;

/** A text as letters, digits, - and _: deflated, in base64url. Throws RangeError for one that is too long. */
export async function packed(text: string): Promise<string> {
	const program = new Uint8Array(new TextEncoder().encode(text));
	if (program.length > maxBytes)
		throw new RangeError(
			`fragment: the program has ${program.length} bytes; an address holds one of at most ${maxBytes}`,
		);
	const bytes = await piped(program, new CompressionStream('deflate-raw'));
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The text of `packed`. Throws RangeError for what is none, or is too long. */
export async function unpacked(words: string): Promise<string> {
	try {
		const binary = atob(words.replaceAll('-', '+').replaceAll('_', '/'));
		const bytes = Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
		const text = await piped(bytes, new DecompressionStream('deflate-raw'));
		return new TextDecoder('utf-8', { fatal: true }).decode(text);
	} catch (error) {
		throw new RangeError('fragment: found no program in the address; it may have been cut', {
			cause: error,
		});
	}
}

/** Bytes through a stream that changes them; no more than a program may have, whatever a few bytes expand to. */
async function piped(
	bytes: Uint8Array<ArrayBuffer>,
	through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
	const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
	const chunks: Uint8Array<ArrayBuffer>[] = [];
	let length = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		chunks.push(value);
		length += value.length;
		if (length > maxBytes) {
			await reader.cancel();
			throw new RangeError('fragment: the program in the address is too long');
		}
	}
	return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
