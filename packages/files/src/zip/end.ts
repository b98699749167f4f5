import { viewOf } from '../bytes.ts';
import type { Reading, Source } from '../reading.ts';
import { escapes, recordBytes, signatures } from './records.ts';

/** Where the directory of an archive lies, and of how many entries it tells. */
export interface DirectoryPlace {
	readonly offset: number;
	readonly length: number;
	readonly entries: number;
}

/** The place of the directory. What follows it is the end of the archive and nothing else, so that there is one reading. */
export function* findDirectory(source: Source): Reading<DirectoryPlace> {
	const at = source.size - recordBytes.end;
	if (at < 0)
		source.refuse(
			source.size,
			`found ${source.size} bytes, needed a zip archive, which has ${recordBytes.end} or more`,
		);
	const end = viewOf(yield* source.bytes(at, recordBytes.end, 'the end of an archive'));
	if (end.getUint32(0, true) !== signatures.end || end.getUint16(20, true) !== 0)
		source.refuse(at, 'found no end of a zip archive, needed one, whole and without a comment');
	const short: Counts = {
		disks: [end.getUint16(4, true), end.getUint16(6, true)],
		entries: [end.getUint16(8, true), end.getUint16(10, true)],
		length: end.getUint32(12, true),
		offset: end.getUint32(16, true),
	};
	const long = yield* findLong(source, at);
	const { counts, at: follows } = long ?? { counts: short, at };
	if (counts.disks.some((disk) => disk !== 0) || counts.entries[0] !== counts.entries[1])
		source.refuse(follows, 'found a part of an archive in several files, needed a whole one');
	if (long !== null && !agree(short, counts))
		source.refuse(at, 'found an end of an archive that contradicts its long form before it');
	const { offset, length } = counts;
	const [, entries] = counts.entries;
	if (offset + length !== follows)
		source.refuse(
			follows,
			`found a directory of ${length} bytes from byte ${offset}, needed one that ends at byte ${follows}`,
		);
	if (entries * recordBytes.inDirectory > length)
		source.refuse(
			follows,
			`found a directory of ${entries} entries in ${length} bytes, which are too few`,
		);
	return { offset, length, entries };
}

/** What an end of an archive says, in its short or its long form. */
interface Counts {
	/** The numbers of this file and of that where the directory begins, of an archive in several. */
	readonly disks: readonly number[];
	/** The entries of this file, and of all. */
	readonly entries: readonly [here: number, all: number];
	readonly length: number;
	readonly offset: number;
}

/** The long form of the end, if one lies before the short one, and where it begins. */
function* findLong(
	source: Source,
	endAt: number,
): Reading<{ readonly counts: Counts; readonly at: number } | null> {
	const locatorAt = endAt - recordBytes.locator64;
	if (locatorAt < 0) return null;
	const locator = viewOf(
		yield* source.bytes(locatorAt, recordBytes.locator64, 'the place of a long end'),
	);
	if (locator.getUint32(0, true) !== signatures.locator64) return null;
	const at = uint64(locator, 8);
	// It may be longer than what is known of it, but reaches to what tells its place.
	if (at > locatorAt - recordBytes.end64)
		source.refuse(locatorAt, `found a long end of an archive at byte ${at}, which is too far`);
	const long = viewOf(yield* source.bytes(at, recordBytes.end64, 'a long end of an archive'));
	if (long.getUint32(0, true) !== signatures.end64 || at + 12 + uint64(long, 4) !== locatorAt)
		source.refuse(at, `found no long end of an archive, needed one that ends at byte ${locatorAt}`);
	const disks = [
		locator.getUint32(4, true),
		Math.max(0, locator.getUint32(16, true) - 1),
		long.getUint32(16, true),
		long.getUint32(20, true),
	];
	const counts: Counts = {
		disks,
		entries: [uint64(long, 24), uint64(long, 32)],
		length: uint64(long, 40),
		offset: uint64(long, 48),
	};
	return { counts, at };
}

/** Whether every number of the short form is that of the long form, or says to look there. */
function agree(short: Counts, long: Counts): boolean {
	return (
		short.disks.every((disk) => disk === 0 || disk === escapes.uint16) &&
		short.entries.every((count) => count === long.entries[0] || count === escapes.uint16) &&
		(short.length === long.length || short.length === escapes.uint32) &&
		(short.offset === long.offset || short.offset === escapes.uint32)
	);
}

/** A number of 8 bytes; one that no number holds exactly is rounded, and beyond any file. */
export function uint64(view: DataView, at: number): number {
	return Number(view.getBigUint64(at, true));
}
