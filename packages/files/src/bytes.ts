import { describe } from '@pullback/core/arguments';

/** Bytes of whatever realm and subclass, which nobody else changes while they are read. */
export function checkedBytes(operation: string, bytes: Uint8Array): Uint8Array {
	if (!ArrayBuffer.isView(bytes) || bytes[Symbol.toStringTag] !== 'Uint8Array')
		throw new TypeError(
			`${operation}: bytes are ${describe(bytes)}; they must be a Uint8Array, such as files are read into`,
		);
	const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return bytes.buffer instanceof ArrayBuffer ? view : view.slice();
}

/** The view by which numbers in bytes are read. */
export function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Pieces of bytes as one. */
export function joined(pieces: Iterable<Uint8Array>): Uint8Array {
	const list = [...pieces];
	const whole = new Uint8Array(list.reduce((sum, piece) => sum + piece.length, 0));
	let at = 0;
	for (const piece of list) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}
