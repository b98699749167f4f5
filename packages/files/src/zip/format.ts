import { viewOf } from '../bytes.ts';
import { crc32 } from './crc32.ts';
import { escapes, extra64, flags, methods, recordBytes, signatures } from './records.ts';

/** An entry to write: its bytes in pieces, each of which is needed until the next entry is asked for. */
export interface NewEntry {
	readonly name: string;
	readonly pieces: readonly Uint8Array[];
}

/** Version 2.0 of the format reads all but long sizes, which are of version 4.5. */
const versions = { short: 20, long: 45 } as const;

/** The first day of the format, so that the same entries give the same bytes whenever they are written. */
const firstDay = 0x21;

/** Where an entry lies, for the directory. */
interface Written {
	readonly name: Uint8Array;
	readonly crc: number;
	readonly size: number;
	readonly offset: number;
}

/** The bytes of an archive of entries that are not compressed, in pieces that are written one after another. */
export function* formatZip(entries: Iterable<NewEntry>): Generator<Uint8Array, void, undefined> {
	const encoder = new TextEncoder();
	const written: Written[] = [];
	let offset = 0;
	for (const { name, pieces } of entries) {
		const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
		const crc = pieces.reduce((sum, piece) => crc32(piece, sum), 0);
		const entry = { name: encoder.encode(name), crc, size, offset };
		const header = headerOf(entry);
		yield header;
		yield* pieces;
		written.push(entry);
		offset += header.length + size;
	}
	let length = 0;
	for (const entry of written) {
		const description = descriptionOf(entry);
		yield description;
		length += description.length;
	}
	yield endOf(written.length, length, offset);
}

function headerOf({ name, crc, size }: Written): Uint8Array {
	const long = longSizes(size, [size, size]);
	const record = new Uint8Array(recordBytes.entry + name.length + long.length);
	const view = viewOf(record);
	view.setUint32(0, signatures.entry, true);
	setCommon(view, 4, name, long);
	view.setUint32(14, crc, true);
	setSize(view, 18, size);
	setSize(view, 22, size);
	view.setUint16(26, name.length, true);
	view.setUint16(28, long.length, true);
	record.set(name, recordBytes.entry);
	record.set(long, recordBytes.entry + name.length);
	return record;
}

function descriptionOf({ name, crc, size, offset }: Written): Uint8Array {
	const long = longSizes(Math.max(size, offset), [
		...(isLong(size) ? [size, size] : []),
		...(isLong(offset) ? [offset] : []),
	]);
	const record = new Uint8Array(recordBytes.inDirectory + name.length + long.length);
	const view = viewOf(record);
	view.setUint32(0, signatures.inDirectory, true);
	view.setUint16(4, versions.long, true);
	setCommon(view, 6, name, long);
	view.setUint32(16, crc, true);
	setSize(view, 20, size);
	setSize(view, 24, size);
	view.setUint16(28, name.length, true);
	view.setUint16(30, long.length, true);
	setSize(view, 42, offset);
	record.set(name, recordBytes.inDirectory);
	record.set(long, recordBytes.inDirectory + name.length);
	return record;
}

/** What both headers of an entry begin with: version, flags, compression and date. */
function setCommon(view: DataView, at: number, name: Uint8Array, long: Uint8Array): void {
	view.setUint16(at, long.length > 0 ? versions.long : versions.short, true);
	view.setUint16(at + 2, name.some((byte) => byte > 0x7f) ? flags.utf8 : 0, true);
	view.setUint16(at + 4, methods.stored, true);
	view.setUint16(at + 8, firstDay, true);
}

function endOf(entries: number, length: number, offset: number): Uint8Array {
	const isLongEnd = isLong(length) || isLong(offset) || entries >= escapes.uint16;
	const longBytes = isLongEnd ? recordBytes.end64 + recordBytes.locator64 : 0;
	const record = new Uint8Array(longBytes + recordBytes.end);
	const view = viewOf(record);
	if (isLongEnd) {
		view.setUint32(0, signatures.end64, true);
		setUint64(view, 4, recordBytes.end64 - 12);
		view.setUint16(12, versions.long, true);
		view.setUint16(14, versions.long, true);
		setUint64(view, 24, entries);
		setUint64(view, 32, entries);
		setUint64(view, 40, length);
		setUint64(view, 48, offset);
		view.setUint32(recordBytes.end64, signatures.locator64, true);
		setUint64(view, recordBytes.end64 + 8, offset + length);
		view.setUint32(recordBytes.end64 + 16, 1, true);
	}
	view.setUint32(longBytes, signatures.end, true);
	view.setUint16(longBytes + 8, Math.min(entries, escapes.uint16), true);
	view.setUint16(longBytes + 10, Math.min(entries, escapes.uint16), true);
	setSize(view, longBytes + 12, length);
	setSize(view, longBytes + 16, offset);
	return record;
}

/** The extra field of numbers of 8 bytes; nothing unless the largest of them needs it. */
function longSizes(largest: number, numbers: readonly number[]): Uint8Array {
	if (!isLong(largest)) return new Uint8Array(0);
	const extra = new Uint8Array(4 + 8 * numbers.length);
	const view = viewOf(extra);
	view.setUint16(0, extra64, true);
	view.setUint16(2, 8 * numbers.length, true);
	for (const [i, number] of numbers.entries()) setUint64(view, 4 + 8 * i, number);
	return extra;
}

function isLong(size: number): boolean {
	return size >= escapes.uint32;
}

/** A size in four bytes, or that it stands elsewhere. */
function setSize(view: DataView, at: number, size: number): void {
	view.setUint32(at, Math.min(size, escapes.uint32), true);
}

function setUint64(view: DataView, at: number, number: number): void {
	view.setBigUint64(at, BigInt(number), true);
}
