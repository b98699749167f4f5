import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joined } from '../src/bytes.ts';
import { DataFileError } from '../src/index.ts';
import { readFrom, Source } from '../src/reading.ts';
import { openZip } from '../src/zip/archive.ts';
import { crc32, portableCrc32 } from '../src/zip/crc32.ts';
import { formatZip } from '../src/zip/format.ts';
import { crcOf, lying } from './archives.ts';
import { littleEndian } from './assembled.ts';

const file = 'weights.npz';

/** All entries of an archive by their names. */
function contents(archive: Uint8Array, limit?: number): Map<string, Buffer> {
	const zip = readFrom(archive, openZip(new Source(file, archive.length), limit));
	return new Map(
		zip.names.map((name) => [name, Buffer.from(readFrom(archive, zip.read(name)).bytes)]),
	);
}

/** The error of an archive, which must be a typed one that names file and byte. */
function refusal(archive: Uint8Array, limit?: number): string {
	try {
		contents(archive, limit);
	} catch (error) {
		if (!(error instanceof DataFileError)) throw error;
		expect(error.message).toMatch(/^weights\.npz: at byte \d+( of the inflated data)?: found /);
		expect(error.offset).toBeGreaterThanOrEqual(0);
		expect(error.offset).toBeLessThanOrEqual(archive.length);
		return error.message;
	}
	throw new Error('the archive was accepted');
}

const archiveOf = (entries: Record<string, Uint8Array>): Uint8Array =>
	joined(formatZip(Object.entries(entries).map(([name, bytes]) => ({ name, pieces: [bytes] }))));

test('the checksum is that of its definition, of any pieces', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), (bytes, cut) => {
			for (const checksum of [crc32, portableCrc32]) {
				expect(checksum(bytes)).toBe(crcOf(bytes));
				const rest = checksum(bytes.subarray(cut), checksum(bytes.subarray(0, cut)));
				expect(rest).toBe(crcOf(bytes));
				expect(checksum(new Uint8Array(0), rest)).toBe(rest);
			}
		}),
	);
});

test('what is written is read, by name and in order', () => {
	const names = fc.stringMatching(/^[a-zé中 ._-]{1,12}(\/[a-z]{1,4}){0,2}$/u);
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.tuple(names, fc.uint8Array()), { selector: ([name]) => name }),
			(entries) => {
				const plain = entries.filter(([name]) => !/(^|\/)\.\.?(\/|$)/.test(name));
				const read = contents(archiveOf(Object.fromEntries(plain)));
				expect([...read.keys()].sort()).toEqual(plain.map(([name]) => name).sort());
				for (const [name, bytes] of plain) expect(read.get(name)?.equals(bytes)).toBe(true);
			},
		),
	);
});

test('more entries than a short end can count are written and read', () => {
	const count = 66_000;
	const archive = joined(
		formatZip(Array.from({ length: count }, (_, i) => ({ name: String(i), pieces: [] }))),
	);
	const zip = readFrom(archive, openZip(new Source(file, archive.length)));
	expect(zip.names).toHaveLength(count);
});

test('an archive made by hand is read, compressed or not', () => {
	const bytes = Buffer.from('abcabcabcabcabcabc'.repeat(1000));
	const deflated = {
		bytes: deflateRawSync(bytes),
		method: 8,
		size: bytes.length,
		crc: crcOf(bytes),
	};
	const read = contents(
		lying([{ name: 'a' }, { name: 'b', ...deflated }, { name: 'empty/', bytes: Buffer.alloc(0) }]),
	);
	expect([...read.keys()]).toEqual(['a', 'b']);
	expect(read.get('b')?.equals(bytes)).toBe(true);
});

test('an archive that is cut anywhere is refused', () => {
	const bytes = Buffer.from('some bytes of an entry, '.repeat(3));
	const deflated = {
		bytes: deflateRawSync(bytes),
		method: 8,
		size: bytes.length,
		crc: crcOf(bytes),
	};
	for (const archive of [archiveOf({ a: bytes, b: bytes }), lying([{ name: 'b', ...deflated }])])
		for (let length = 0; length < archive.length; length++) refusal(archive.subarray(0, length));
});

test('an archive with one byte changed gives the same entries or is refused', () => {
	const bytes = Buffer.from('hello');
	const whole = archiveOf({ a: bytes, bc: Buffer.from('other') });
	for (let at = 0; at < whole.length; at++)
		for (const change of [1, 0x80, 0xff]) {
			const archive = Uint8Array.from(whole);
			archive[at] = (archive[at] as number) ^ change;
			let read: Map<string, Buffer>;
			try {
				read = contents(archive);
			} catch (error) {
				expect(error).toBeInstanceOf(DataFileError);
				continue;
			}
			expect([...read.values()].map(String)).toEqual(['hello', 'other']);
		}
});

const long = (...numbers: readonly bigint[]): Uint8Array =>
	joined([
		littleEndian(1, 2),
		littleEndian(8 * numbers.length, 2),
		...numbers.map((n) => littleEndian(n, 8)),
	]);

test.each<[string, Uint8Array, RegExp]>([
	['no bytes', new Uint8Array(0), /found 0 bytes, needed a zip archive/],
	['something else', Buffer.from('<html>'.repeat(10)), /no end of a zip archive/],
	['bytes after the end', Buffer.concat([lying([{}]), Buffer.of(0)]), /no end of a zip archive/],
	['a comment that is not there', lying([{}], { comment: 1 }), /without a comment/],
	['a name that leads out', lying([{ name: '../x' }]), /leads out of its folder/],
	['a name that leads out later', lying([{ name: 'a/../../x' }]), /leads out of its folder/],
	['a name from the root', lying([{ name: '/etc/x' }]), /path from a root/],
	['a name from a drive', lying([{ name: 'C:x' }]), /path from a root/],
	['a name with backslashes', lying([{ name: '..\\x' }]), /backslash/],
	['a name with a NUL', lying([{ name: 'x\0.npy' }]), /NUL/],
	['no name', lying([{ name: '' }]), /which is empty/],
	['a name of unknown encoding', lying([{ name: Buffer.of(0xe9) }]), /neither ASCII/],
	['a name that is not UTF-8', lying([{ name: Buffer.of(0xe9), flags: 2048 }]), /not UTF-8/],
	['the same name twice', lying([{}, {}]), /"x" twice/],
	['another name in its own header', lying([{ localName: 'y' }]), /another name/],
	['another size in its own header', lying([{ localSize: 4 }]), /other sizes/],
	['a wrong checksum', lying([{ crc: 1 }]), /another checksum/],
	['encrypted bytes', lying([{ flags: 1 }]), /encrypted/],
	['strongly encrypted bytes', lying([{ flags: 64 }]), /encrypted/],
	['compression by LZMA', lying([{ method: 14 }]), /compression 14/],
	['other sizes without compression', lying([{ size: 6 }]), /not compressed, needed 6/],
	['more bytes than there are', lying([{ size: 500, stored: 500 }]), /overlaps/],
	[
		'a size of 4 GiB without its field',
		lying([{ size: 0xffffffff, stored: 0xffffffff }]),
		/should follow in 8 bytes/,
	],
	[
		'a size of 2^63',
		lying([{ size: 0xffffffff, stored: 0xffffffff, extra: long(2n ** 63n, 2n ** 63n) }]),
		/overlaps/,
	],
	['long sizes twice', lying([{ size: 0xffffffff, extra: joined([long(5n), long(5n)]) }]), /twice/],
	[
		'an extra field beyond all',
		lying([{ size: 0xffffffff, extra: Buffer.of(1, 0, 99, 0) }]),
		/longer than all/,
	],
	['entries that overlap', lying([{ name: 'a' }, { name: 'b', offset: 3 }]), /overlaps/],
	['two names of one entry', lying([{ name: 'a' }, { name: 'b', offset: 0 }]), /overlaps/],
	['an entry beyond the file', lying([{ offset: 9999 }]), /overlaps/],
	['an entry in the directory', lying([{ offset: 40 }]), /overlaps/],
	['more entries than there are', lying([{}], { count: 2 }), /which are too few/],
	['fewer entries than there are', lying([{}, { name: 'y' }], { count: 1 }), /after the 1 entries/],
	['a directory elsewhere', lying([{}], { offset: 0 }), /needed one that ends at byte/],
	['a longer directory', lying([{}], { length: 1000 }), /needed one that ends at byte/],
	['several files', lying([{}], { disk: 1 }), /several files/],
	['a folder with bytes', lying([{ name: 'x/' }]), /the folder/],
	['bytes that are no deflate', lying([{ method: 8 }]), /damaged|when inflated/],
])('%s: refused', (_, archive, words) => {
	expect(refusal(archive)).toMatch(words);
});

test('bytes that inflate to more or fewer than the archive tells are refused', () => {
	const bytes = deflateRawSync(Buffer.alloc(1000));
	expect(refusal(lying([{ bytes, method: 8, size: 999 }]))).toMatch(/found more bytes/);
	expect(refusal(lying([{ bytes, method: 8, size: 1001 }]))).toMatch(/found 1000 bytes/);
});

test('an archive is refused before it is inflated where its entries hold too much together', () => {
	const bytes = deflateRawSync(Buffer.alloc(1000));
	const crc = crcOf(new Uint8Array(1000));
	const entry = { bytes, method: 8, size: 1000, crc };
	const archive = lying([
		{ ...entry, name: 'a' },
		{ ...entry, name: 'b' },
	]);
	expect(contents(archive, 2000).size).toBe(2);
	expect(refusal(archive, 1999)).toMatch(/hold 2000 bytes up to "b", needed at most 1999/);
});
