import { joined } from '../src/bytes.ts';
import { littleEndian } from './assembled.ts';

// Archives that are made by hand, so that everything in them can be a lie.

/** What an archive is made of by hand, each field of which can be a lie. */
export interface Lies {
	readonly name?: string | Uint8Array;
	readonly bytes?: Uint8Array;
	readonly flags?: number;
	readonly method?: number;
	readonly crc?: number;
	readonly size?: number;
	readonly stored?: number;
	readonly offset?: number;
	readonly extra?: Uint8Array;
	readonly localName?: string;
	readonly localSize?: number;
}

/** An archive of entries with lies, and with lies about the directory. */
export function lying(
	entries: readonly Lies[],
	end: { count?: number; length?: number; offset?: number; comment?: number; disk?: number } = {},
): Uint8Array {
	const parts: Uint8Array[] = [];
	const directory: Uint8Array[] = [];
	let at = 0;
	for (const lies of entries) {
		const { name = 'x', bytes = Buffer.from('hello'), flags = 0, method = 0, extra } = lies;
		const crc = lies.crc ?? crcOf(bytes);
		const { size = bytes.length, stored = bytes.length } = lies;
		const nameBytes = Buffer.from(name);
		const localName = Buffer.from(lies.localName ?? nameBytes);
		const header = joined([
			Buffer.from('PK\x03\x04\x14\x00'),
			...[flags, method, 0, 0].map((number) => littleEndian(number, 2)),
			...[crc, stored, lies.localSize ?? size].map((number) => littleEndian(number, 4)),
			...[localName.length, 0].map((number) => littleEndian(number, 2)),
			localName,
		]);
		directory.push(
			Buffer.from('PK\x01\x02\x14\x00\x14\x00'),
			...[flags, method, 0, 0].map((number) => littleEndian(number, 2)),
			...[crc, stored, size].map((number) => littleEndian(number, 4)),
			...[nameBytes.length, extra?.length ?? 0, 0, 0, 0].map((number) => littleEndian(number, 2)),
			...[0, lies.offset ?? at].map((number) => littleEndian(number, 4)),
			nameBytes,
			extra ?? new Uint8Array(0),
		);
		parts.push(header, bytes);
		at += header.length + bytes.length;
	}
	const list = joined(directory);
	const { count = entries.length, length = list.length, offset = at, comment = 0, disk = 0 } = end;
	return joined([
		...parts,
		list,
		Buffer.from('PK\x05\x06'),
		...[disk, 0, count, count].map((number) => littleEndian(number, 2)),
		...[length, offset].map((number) => littleEndian(number, 4)),
		littleEndian(comment, 2),
	]);
}

/** The checksum by a plain definition, bit by bit. */
export function crcOf(bytes: Uint8Array): number {
	let rest = 0xffffffff;
	for (const byte of bytes) {
		rest ^= byte;
		for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
	}
	return ~rest >>> 0;
}
