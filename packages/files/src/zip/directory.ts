import { viewOf } from '../bytes.ts';
import { quoted } from '../pickle/values.ts';
import type { Reading, Source } from '../reading.ts';
import { type DirectoryPlace, findDirectory, uint64 } from './end.ts';
import { entryName } from './entryName.ts';
import { escapes, extra64, flags, methods, recordBytes, signatures } from './records.ts';

/** The most entries of an archive. */
const maxEntries = 100_000;

/** The longest directory, in bytes. */
const maxDirectoryBytes = 2 ** 26;

/** An entry as the directory of an archive describes it. */
export interface ZipEntry {
	readonly name: string;
	readonly nameBytes: Uint8Array;
	readonly flags: number;
	readonly method: number;
	readonly crc: number;
	/** The bytes in the file. */
	readonly stored: number;
	/** The bytes of what it holds. */
	readonly size: number;
	/** The byte of the file where it begins with a header of its own. */
	readonly offset: number;
	/** The byte of the file where the directory describes it. */
	readonly at: number;
	/** The byte of the file that it may not pass: where the next entry begins, or the directory. */
	end: number;
}

/** All entries by their names, in the order of the directory; folders, which hold nothing, are left out. */
export function* readDirectory(source: Source): Reading<ReadonlyMap<string, ZipEntry>> {
	const place = yield* findDirectory(source);
	if (place.entries > maxEntries || place.length > maxDirectoryBytes)
		source.refuse(
			place.offset,
			`found a directory of ${place.entries} entries in ${place.length} bytes, needed at most ${maxEntries} in ${maxDirectoryBytes}`,
		);
	const bytes = yield* source.bytes(place.offset, place.length, 'the directory of an archive');
	const described = descriptions(source, place, bytes);
	setEnds(source, described);
	const entries = new Map<string, ZipEntry>();
	const folders = new Set<string>();
	for (const entry of described) {
		const { name, at } = entry;
		if (entries.has(name) || folders.has(name))
			source.refuse(at, `found the entry ${quoted(name)} twice, needed names that differ`);
		if (!name.endsWith('/')) entries.set(name, entry);
		else if (entry.size === 0) folders.add(name);
		else source.refuse(at, `found the folder ${quoted(name)} of ${entry.size} bytes`);
	}
	return entries;
}

function descriptions(source: Source, place: DirectoryPlace, bytes: Uint8Array): ZipEntry[] {
	const list: ZipEntry[] = [];
	let at = 0;
	for (let i = 0; i < place.entries; i++) {
		const { entry, length } = description(source, place, bytes.subarray(at));
		list.push(entry);
		at += length;
	}
	if (at !== bytes.length)
		source.refuse(
			place.offset + at,
			`found ${bytes.length - at} bytes after the ${place.entries} entries of the directory`,
		);
	return list;
}

function description(
	source: Source,
	place: DirectoryPlace,
	bytes: Uint8Array,
): { readonly entry: ZipEntry; readonly length: number } {
	const at = place.offset + place.length - bytes.length;
	const view = viewOf(bytes);
	if (bytes.length < recordBytes.inDirectory || view.getUint32(0, true) !== signatures.inDirectory)
		source.refuse(at, 'found no entry of the directory, needed one');
	const entryFlags = view.getUint16(8, true);
	const nameEnd = recordBytes.inDirectory + view.getUint16(28, true);
	const extraEnd = nameEnd + view.getUint16(30, true);
	const length = extraEnd + view.getUint16(32, true);
	if (length > bytes.length)
		source.refuse(
			at,
			`found an entry of ${length} bytes, which the directory has not: ${bytes.length}`,
		);
	const nameBytes = bytes.subarray(recordBytes.inDirectory, nameEnd);
	const result = entryName(nameBytes, (entryFlags & flags.utf8) > 0);
	if ('fault' in result)
		return source.refuse(at, `found the name of an entry ${result.fault}; needed a plain name`);
	const { name } = result;
	const refuse = (reason: string): never => source.refuse(at, `${reason} in ${quoted(name)}`);
	if ((entryFlags & flags.unreadable) > 0)
		refuse('found encrypted or patched bytes, needed plain ones');
	const method = view.getUint16(10, true);
	if (method !== methods.stored && method !== methods.deflated)
		refuse(`found the compression ${method}, needed ${methods.stored} (none) or 8 (deflate)`);
	const sizes = longNumbers(
		[view.getUint32(24, true), view.getUint32(20, true), view.getUint32(42, true)],
		bytes.subarray(nameEnd, extraEnd),
		refuse,
	);
	const [size = 0, stored = 0, offset = 0] = sizes;
	if (method === methods.stored && stored !== size)
		refuse(`found ${stored} bytes that are not compressed, needed ${size}`);
	const disk = view.getUint16(34, true);
	if (disk !== 0 && disk !== escapes.uint16) refuse(`found the file ${disk} of several`);
	const crc = view.getUint32(16, true);
	const end = place.offset;
	return {
		entry: { at, name, nameBytes, flags: entryFlags, method, crc, stored, size, offset, end },
		length,
	};
}

/**
 * Numbers of a header, each from its extra field where it takes more than four bytes. There they stand in the same
 * order, only those that do.
 */
export function longNumbers(
	short: readonly number[],
	extra: Uint8Array,
	refuse: (reason: string) => never,
): readonly number[] {
	const long = longExtra(extra, refuse);
	let at = 0;
	return short.map((number) => {
		if (number !== escapes.uint32) return number;
		if (long === null || at + 8 > long.byteLength)
			return refuse('found a size that should follow in 8 bytes, which are not there');
		at += 8;
		return uint64(long, at - 8);
	});
}

/** The contents of the extra field of long sizes; null if there is none. */
function longExtra(extra: Uint8Array, refuse: (reason: string) => never): DataView | null {
	const view = viewOf(extra);
	let long: DataView | null = null;
	for (let at = 0; at < extra.length; ) {
		const end = at + 4 > extra.length ? Infinity : at + 4 + view.getUint16(at + 2, true);
		if (end > extra.length) refuse('found an extra field that is longer than all of them');
		if (view.getUint16(at, true) === extra64) {
			if (long !== null) refuse('found the extra field of long sizes twice');
			long = viewOf(extra.subarray(at + 4, end));
		}
		at = end;
	}
	return long;
}

/** Sets where each entry ends at the latest; entries that overlap are refused. */
function setEnds(source: Source, entries: readonly ZipEntry[]): void {
	let next = entries[0]?.end ?? 0;
	for (const entry of entries.toSorted((a, b) => b.offset - a.offset)) {
		const { at, name, nameBytes, offset, stored } = entry;
		if (offset + recordBytes.entry + nameBytes.length + stored > next)
			source.refuse(
				at,
				`found ${quoted(name)}, ${stored} bytes from byte ${offset}, which overlaps what begins at byte ${next}`,
			);
		entry.end = next;
		next = offset;
	}
}
