import { checkedString } from '@pullback/core/arguments';
import { checkedBytes, joined } from '../bytes.ts';
import { DataFileError } from '../dataFileError.ts';
import { readFileWith } from '../openFile.ts';
import { parseSafetensors, readAll, type Safetensors } from '../parseSafetensors.ts';
import { checkedPath } from '../paths.ts';
import { piecesOf } from '../safetensors/format.ts';
import { readHeader } from '../safetensors/header.ts';
import { safeWrite } from '../safeWrite.ts';
import { type Handle, isHandle, readHandle, writeHandle } from './handle.ts';
import { metadataOf, type Notes, notesOf } from './notes.ts';
import { type Parts, restore, variablesOf } from './parts.ts';

/**
 * Writes all Variables of the parts of a run, and notes, to one file: of safetensors, which other programs read, too. What
 * is written are the values at the time of the call. The file has its name only once it is whole: whenever the process
 * ends, there is the checkpoint before or this one. `file` is a path, or in browsers a handle, such as of the origin
 * private file system. Rejects with a {@link DataFileError} where it cannot be written.
 */
export async function saveCheckpoint(
	file: string | Handle,
	parts: Parts,
	notes: Notes = {},
): Promise<void> {
	const pieces = checkpointPieces('saveCheckpoint', parts, notes);
	if (isHandle(file)) await writeHandle(file, pieces);
	else await safeWrite(checkedPath('saveCheckpoint', 'file', file), pieces);
}

/**
 * Gives the Variables of the parts of a run their values in a checkpoint, and returns its notes. All is read and checked
 * before anything is assigned. Rejects with a {@link DataFileError} for a file that is missing, damaged, no checkpoint, or
 * of parts with other Variables.
 */
export async function loadCheckpoint(file: string | Handle, parts: Parts): Promise<Notes> {
	const variables = variablesOf('loadCheckpoint', parts);
	if (isHandle(file)) {
		const bytes = await readHandle(file);
		return restored(file.name, parseSafetensors(bytes, file.name), variables);
	}
	const path = checkedPath('loadCheckpoint', 'file', file);
	return restored(path, await readFileWith(path, readAll), variables);
}

/**
 * The notes of a checkpoint, whatever parts it is of: what to make before `loadCheckpoint` gives it its values. Of a file
 * on disk no more is read than its header. Rejects with a {@link DataFileError} for a file that is missing, damaged, or no
 * checkpoint.
 */
export async function readNotes(file: string | Handle): Promise<Notes> {
	if (isHandle(file)) {
		const bytes = await readHandle(file);
		return notesOf(file.name, parseSafetensors(bytes, file.name).metadata);
	}
	const path = checkedPath('readNotes', 'file', file);
	const { metadata } = await readFileWith(path, readHeader);
	return notesOf(path, metadata);
}

/** The bytes of a checkpoint, as `saveCheckpoint` writes them. */
export function formatCheckpoint(parts: Parts, notes: Notes = {}): Uint8Array {
	return joined(checkpointPieces('formatCheckpoint', parts, notes));
}

/** What `loadCheckpoint` does with a file, with its bytes; `file` is the name used in errors. Throws where that rejects. */
export function parseCheckpoint(bytes: Uint8Array, file: string, parts: Parts): Notes {
	checkedString('parseCheckpoint', 'file', file);
	const variables = variablesOf('parseCheckpoint', parts);
	return restored(file, parseSafetensors(checkedBytes('parseCheckpoint', bytes), file), variables);
}

function checkpointPieces(operation: string, parts: Parts, notes: Notes): Iterable<Uint8Array> {
	const variables = variablesOf(operation, parts);
	const values = new Map(Array.from(variables, ([name, variable]) => [name, variable.read()]));
	return piecesOf(operation, values, { metadata: metadataOf(operation, notes) });
}

function restored(
	file: string,
	{ tensors, metadata }: Safetensors,
	variables: ReturnType<typeof variablesOf>,
): Notes {
	const notes = notesOf(file, metadata);
	restore(file, variables, tensors);
	return notes;
}
