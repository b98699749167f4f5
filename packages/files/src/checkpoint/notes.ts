import { describe, isPlain } from '@pullback/core/arguments';
import { DataFileError } from '../dataFileError.ts';

/** What is written beside the Variables: numbers, texts, truth values, null, and arrays and plain objects of them. */
export type Note =
	| number
	| string
	| boolean
	| null
	| readonly Note[]
	| { readonly [name: string]: Note };

/** The notes beside the Variables, by name, such as where a run goes on. */
export interface Notes {
	readonly [name: string]: Note;
}

/** The names of the texts in a file, and the version that is written. */
const versionName = 'pullback.checkpoint';
const notesName = 'pullback.notes';
const version = '1';

/** The most numbers, texts, arrays and so on in the notes, and their deepest nesting: what has more may contain itself. */
const maxNotes = 10_000;
const maxDepth = 32;

/** Notes as the texts of a file. */
export function metadataOf(operation: string, notes: Notes): Readonly<Record<string, string>> {
	if (!isPlain(notes))
		throw new TypeError(`${operation}: notes is ${describe(notes)}; it must be an object`);
	checkNotes(operation, notes);
	return { [versionName]: version, [notesName]: JSON.stringify(notes) };
}

/** The notes in the texts of a file. */
export function notesOf(file: string, metadata: ReadonlyMap<string, string>): Notes {
	const found = metadata.get(versionName);
	if (found === undefined)
		throw new DataFileError(
			file,
			'found no checkpoint, needed what saveCheckpoint writes; other files of safetensors are read by readSafetensors',
		);
	if (found !== version)
		throw new DataFileError(
			file,
			`found a checkpoint of version ${describe(found)}, needed ${version}; read it by the release that wrote it, or a newer one`,
		);
	try {
		const notes: unknown = JSON.parse(metadata.get(notesName) ?? '');
		if (isPlain(notes)) return notes as Notes; // JSON has no others
	} catch {
		// Told below.
	}
	throw new DataFileError(file, 'found damaged notes, needed an object as JSON');
}

/** Refuses what JSON would lose, or write as something else. */
function checkNotes(operation: string, notes: Notes): void {
	const open: [name: string, note: unknown, depth: number][] = [['notes', notes, 0]];
	let count = 0;
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const [name, note, depth] = next;
		if (++count > maxNotes || depth > maxDepth)
			throw new RangeError(
				`${operation}: there are more than ${maxNotes} notes, or some nested more than ${maxDepth} deep`,
			);
		if (note === null || typeof note === 'string' || typeof note === 'boolean') continue;
		if (typeof note === 'number' && Number.isFinite(note) && !Object.is(note, -0)) continue;
		// The length of a Proxy may be anything.
		const length: unknown = Array.isArray(note) ? note.length : null;
		if (Array.isArray(note) && typeof length === 'number' && length <= maxNotes)
			for (let i = 0; i < length; i++) open.push([`${name}[${i}]`, note[i], depth + 1]);
		else if (isPlain(note))
			for (const [key, each] of Object.entries(note))
				open.push([`${name}.${key}`, each, depth + 1]);
		else
			throw new TypeError(
				`${operation}: ${name} is ${describe(note)}; notes are finite numbers, texts, truth values, null, arrays and plain objects`,
			);
	}
}
