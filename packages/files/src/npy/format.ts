import type { DType, Node } from '@pullback/core';
import { viewOf } from '../bytes.ts';
import { littleEndianBytes } from '../elements.ts';
import { magic } from './read.ts';

/** The dtypes as NumPy names them, with their byte order. */
const descriptions: { readonly [dtype in DType]: string } = {
	bool: '|b1',
	u8: '|u1',
	i32: '<i4',
	f32: '<f4',
	f64: '<f8',
};

/** What lengths of headers and files are multiples of, in bytes, so that elements are aligned. */
const alignment = 64;

/** The bytes before the header in version 1.0 of the format, whose headers are shorter than 64 KiB. */
const headerStart = 10;

/** A file in the format of numpy.save, byte by byte as NumPy writes it: its header and the elements. */
export function piecesOf(x: Node): readonly [header: Uint8Array, elements: Uint8Array] {
	const shape = x.shape.length === 1 ? `${x.shape[0]},` : x.shape.join(', ');
	const text = `{'descr': '${descriptions[x.dtype]}', 'fortran_order': False, 'shape': (${shape}), }`;
	const end = Math.ceil((headerStart + text.length + 1) / alignment) * alignment;
	const header = new Uint8Array(end);
	header.set(magic);
	header[6] = 1;
	viewOf(header).setUint16(8, end - headerStart, true);
	header.set(new TextEncoder().encode(`${text.padEnd(end - headerStart - 1)}\n`), headerStart);
	return [header, littleEndianBytes(x.view())];
}
