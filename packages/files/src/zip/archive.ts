import { viewOf } from '../bytes.ts';
import { quoted } from '../pickle/values.ts';
import { type Reading, Source } from '../reading.ts';
import { crc32 } from './crc32.ts';
import { longNumbers, readDirectory, type ZipEntry } from './directory.ts';
import { inflate } from './inflate.ts';
import { flags, methods, recordBytes, signatures } from './records.ts';

/** The bytes that compressed entries may hold in any archive, and for each byte of a larger one. */
const maxInflated = { bytes: 2 ** 24, perByte: 16 };

/** An archive in the format of zip, of which nothing but the directory has been read. */
export class ZipArchive {
	readonly #source: Source;
	readonly #entries: ReadonlyMap<string, ZipEntry>;

	constructor(source: Source, entries: ReadonlyMap<string, ZipEntry>) {
		this.#source = source;
		this.#entries = entries;
	}

	/** The names of all entries, in the order of the directory. */
	get names(): readonly string[] {
		return [...this.#entries.keys()];
	}

	has(name: string): boolean {
		return this.#entries.has(name);
	}

	/** The bytes that an entry holds once it is read; 0 if there is none. */
	sizeOf(name: string): number {
		return this.#entries.get(name)?.size ?? 0;
	}

	/**
	 * What an entry holds, and the source that names it in errors. Its bytes are checked; they may be those of the
	 * archive, and must not be changed. Those that are passing may be overwritten when the next are asked for.
	 */
	*read(
		name: string,
		isPassing = false,
	): Reading<{ readonly bytes: Uint8Array; readonly source: Source }> {
		const source = this.#source;
		const entry =
			this.#entries.get(name) ??
			source.refuse(source.size, `found no entry ${quoted(name)}, needed one`);
		const start = yield* startOf(source, entry);
		const stored = yield* source.bytes(start, entry.stored, `the entry ${quoted(name)}`, isPassing);
		const isDeflated = entry.method === methods.deflated;
		const result = isDeflated ? inflate(stored, entry.size) : { bytes: stored };
		if ('fault' in result)
			return source.refuse(start, `${result.fault} in the entry ${quoted(name)}`, result.cause);
		const { bytes } = result;
		if (crc32(bytes) !== entry.crc)
			source.refuse(
				start,
				`found bytes of another checksum than the archive tells in the entry ${quoted(name)}`,
			);
		const part = { name: `the entry ${quoted(name)}`, offset: isDeflated ? null : start };
		return { bytes, source: new Source(source.file, bytes.length, part) };
	}
}

/**
 * The archive in a source, whose directory is read and checked. Entries that are compressed may hold `maxInflatedBytes`
 * together; by default 16 for each byte of the archive, and 16 MiB besides.
 */
export function* openZip(source: Source, maxInflatedBytes?: number): Reading<ZipArchive> {
	const entries = yield* readDirectory(source);
	const limit = maxInflatedBytes ?? maxInflated.bytes + maxInflated.perByte * source.size;
	let inflated = 0;
	for (const { method, name, size, offset } of entries.values()) {
		if (method === methods.stored) continue;
		inflated += size;
		if (inflated > limit)
			source.refuse(
				offset,
				`found compressed entries that hold ${inflated} bytes up to ${quoted(name)}, needed at most ${limit}`,
			);
	}
	return new ZipArchive(source, entries);
}

/** The byte where the bytes of an entry begin, after a header of its own, which must say what the directory says. */
function* startOf(source: Source, entry: ZipEntry): Reading<number> {
	const { offset, nameBytes } = entry;
	const refuse = (reason: string): never =>
		source.refuse(offset, `${reason} in the header of ${quoted(entry.name)}`);
	const header = viewOf(yield* source.bytes(offset, recordBytes.entry, 'the header of an entry'));
	if (header.getUint32(0, true) !== signatures.entry) refuse('found no entry, needed one');
	const nameLength = header.getUint16(26, true);
	const extraLength = header.getUint16(28, true);
	const start = offset + recordBytes.entry + nameLength + extraLength;
	if (start + entry.stored > entry.end)
		refuse(`found a beginning at byte ${start}, from where it overlaps what follows`);
	const names = yield* source.bytes(
		offset + recordBytes.entry,
		nameLength + extraLength,
		'the name of an entry',
	);
	if (nameLength !== nameBytes.length || nameBytes.some((byte, i) => byte !== names[i]))
		refuse('found another name');
	if (header.getUint16(6, true) !== entry.flags || header.getUint16(8, true) !== entry.method)
		refuse('found other flags or another compression');
	const [size, stored] = longNumbers(
		[header.getUint32(22, true), header.getUint32(18, true)],
		names.subarray(nameLength),
		refuse,
	);
	const crc = header.getUint32(14, true);
	const isLater = (entry.flags & flags.sizesFollow) > 0;
	const agrees = (number: number | undefined, told: number): boolean =>
		number === told || (isLater && number === 0);
	if (!agrees(size, entry.size) || !agrees(stored, entry.stored) || !agrees(crc, entry.crc))
		refuse('found other sizes or another checksum than in the directory');
	return start;
}
