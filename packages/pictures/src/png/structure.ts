import { crc32 } from '@pullback/files/crc32';
import type { Fault } from './fault.ts';
import { type PngHeader, parseHeader } from './header.ts';

/** The parts of a PNG file that make the picture. */
export interface PngStructure {
	readonly header: PngHeader;
	/** Three bytes for each colour; empty without a palette. */
	readonly palette: Uint8Array;
	/** The alpha of the first colours of the palette, or the one colour that is transparent; empty without either. */
	readonly transparency: Uint8Array;
	/** The pieces of one zlib stream. */
	readonly data: readonly Uint8Array[];
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Bytes around what a chunk holds: its length and type before, its checksum behind. */
const [beforeBytes, behindBytes] = [8, 4];

interface Chunk {
	readonly type: string;
	readonly body: Uint8Array;
	/** Where the body begins in the file. */
	readonly at: number;
}

/** Whether bytes begin as every PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
	return signature.every((byte, i) => bytes[i] === byte);
}

/**
 * The parts of the file, each with a right checksum. Text, times, profiles and animations are passed over, unread: nothing in
 * them is inflated. What comes after the end is ignored, as other programs do.
 */
export function parseStructure(bytes: Uint8Array, maxPixels: number, fault: Fault): PngStructure {
	if (!isPng(bytes)) throw fault(`found ${beginning(bytes)}, needed a PNG file`, 0);
	const chunks = chunksOf(bytes, fault);
	const header = headerOf(chunks, maxPixels, fault);
	let palette: Chunk | undefined;
	let transparency: Chunk | undefined;
	const data: Uint8Array[] = [];
	let last = 'IHDR';
	for (const chunk of chunks) {
		const { type, body, at } = chunk;
		if (type === 'IDAT') {
			if (data.length > 0 && last !== 'IDAT')
				throw fault('found picture data apart from the rest of it', at);
			data.push(body);
		} else if (type === 'PLTE') {
			if (palette !== undefined || data.length > 0)
				throw fault('found a palette where none may be', at);
			palette = checkedPalette(chunk, header, fault);
		} else if (type === 'tRNS') {
			if (transparency !== undefined || data.length > 0)
				throw fault('found transparency where none may be', at);
			transparency = checkedTransparency(chunk, header, palette, fault);
		} else if (/^[A-Z]/.test(type) && type !== 'IEND') {
			// Its case says that the picture cannot be read without it.
			throw fault(`found a part ${type}, which is unknown, needed one of PNG 1.2`, at - 4);
		}
		last = type;
	}
	if (data.length === 0) throw fault('found no picture data');
	if (header.color === 3 && palette === undefined) throw fault('found no palette');
	const none = new Uint8Array(0);
	return { header, palette: palette?.body ?? none, transparency: transparency?.body ?? none, data };
}

/** The chunks in their order, from the header on to the end. */
function* chunksOf(bytes: Uint8Array, fault: Fault): Generator<Chunk, void> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let at = signature.length;
	for (;;) {
		if (at + beforeBytes + behindBytes > bytes.length)
			throw fault('found the end of the file, needed the rest of the picture', bytes.length);
		const length = view.getUint32(at);
		const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
		if (!/^[A-Za-z]{4}$/.test(type))
			throw fault('found no name of a part of PNG where one must be', at + 4);
		const body = at + beforeBytes;
		const end = body + length;
		if (end + behindBytes > bytes.length)
			throw fault(
				`found ${bytes.length - body} bytes for a part ${type}, needed ${length + behindBytes}`,
				at,
			);
		if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
			throw fault(`found a wrong checksum of the part ${type}: the file is damaged`, end);
		yield { type, body: bytes.subarray(body, end), at: body };
		if (type === 'IEND') return;
		at = end + behindBytes;
	}
}

function headerOf(chunks: Generator<Chunk, void>, maxPixels: number, fault: Fault): PngHeader {
	const { value: first } = chunks.next();
	if (first === undefined || first.type !== 'IHDR')
		throw fault('found no header at the beginning', signature.length);
	const { body, at } = first;
	return parseHeader(
		new DataView(body.buffer, body.byteOffset, body.byteLength),
		at,
		maxPixels,
		fault,
	);
}

function checkedPalette(chunk: Chunk, { color, depth }: PngHeader, fault: Fault): Chunk {
	const { body, at } = chunk;
	if (color === 0 || color === 4) throw fault('found a palette of a grey picture', at);
	const most = color === 3 ? 2 ** depth : 256;
	if (body.length === 0 || body.length % 3 !== 0 || body.length > 3 * most)
		throw fault(
			`found a palette of ${body.length} bytes, needed 3 for each of up to ${most} colours`,
			at,
		);
	return chunk;
}

function checkedTransparency(
	chunk: Chunk,
	{ color }: PngHeader,
	palette: Chunk | undefined,
	fault: Fault,
): Chunk {
	const { body, at } = chunk;
	const found = `found transparency of ${body.length} bytes`;
	if (color === 4 || color === 6) throw fault(`${found} in a picture with alpha`, at);
	if (color === 3) {
		const most = (palette?.body.length ?? 0) / 3;
		if (body.length > most)
			throw fault(`${found}, needed at most ${most}, one for each colour`, at);
	} else {
		const needed = color === 0 ? 2 : 6;
		if (body.length !== needed) throw fault(`${found}, needed ${needed}`, at);
	}
	return chunk;
}

/** The beginnings of what is taken for PNG, and is not. */
const others: readonly (readonly [name: string, bytes: readonly number[]])[] = [
	['a JPEG file', [0xff, 0xd8, 0xff]],
	['a GIF file', [0x47, 0x49, 0x46, 0x38]],
	['a BMP file', [0x42, 0x4d]],
	['a WebP file or another RIFF file', [0x52, 0x49, 0x46, 0x46]],
	['a TIFF file', [0x49, 0x49, 0x2a, 0x00]],
	['a TIFF file', [0x4d, 0x4d, 0x00, 0x2a]],
	['a PDF file', [0x25, 0x50, 0x44, 0x46]],
	['text, such as SVG or HTML', [0x3c]],
];

function beginning(bytes: Uint8Array): string {
	if (bytes.length === 0) return 'an empty file';
	const other = others.find(([, start]) => start.every((byte, i) => bytes[i] === byte));
	return other?.[0] ?? 'something else';
}
