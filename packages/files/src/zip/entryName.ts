const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The name of an entry, or why it can be none. A name is never that of a file to write; yet those that would lead out of
 * a folder are refused, since no writer of tensors makes them.
 */
export function entryName(
	bytes: Uint8Array,
	isUtf8: boolean,
): { readonly name: string } | { readonly fault: string } {
	if (!isUtf8 && bytes.some((byte) => byte > 0x7e))
		return { fault: 'which is neither ASCII nor said to be UTF-8' };
	let name: string;
	try {
		name = utf8.decode(bytes);
	} catch {
		return { fault: 'which is not UTF-8' };
	}
	if (name === '') return { fault: 'which is empty' };
	if (/[\0\\]/.test(name)) return { fault: 'which holds a NUL character or a backslash' };
	if (/^\/|^[a-z]:/i.test(name)) return { fault: 'which is a path from a root' };
	if (/(^|\/)\.\.?(\/|$)/.test(name)) return { fault: 'which leads out of its folder' };
	return { name };
}
