import { existsSync, readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Node } from '@pullback/core';
import { DataFileError, parseNpy, parseNpz, parseSafetensors } from '../src/index.ts';
import { heldOf } from './pickles.ts';

// What tensorFiles.py has written, and what it has read.

/** The formats of tensors. */
export type Kind = 'npy' | 'npz' | 'safetensors';

/** What a file holds, in JSON: an array, or arrays by their names. */
type Holds = Readonly<Record<string, unknown>>;

/** A file of tensors. */
export interface TensorFile {
	readonly name: string;
	readonly kind: Kind;
	readonly bytes: Uint8Array;
	readonly holds: Holds | undefined;
	readonly metadata: Readonly<Record<string, string>> | undefined;
	/** Words of the error that it gives, if it cannot be read. */
	readonly refused: string | undefined;
}

/** The files of a list that is kept beside this one. */
function filesOf(list: string): readonly TensorFile[] {
	const url = new URL(list, import.meta.url);
	if (!existsSync(url)) return [];
	return readFileSync(url, 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line))
		.map(({ file, ...rest }) => ({ ...rest, bytes: inflated(file) }));
}

function inflated(file: string): Uint8Array {
	return Uint8Array.from(inflateSync(Buffer.from(file, 'base64')));
}

/** Files that NumPy and the plain writer have made. */
export const theirs: readonly TensorFile[] = filesOf('theirFiles.jsonl');

/** Files of this library, and what NumPy, PyTorch and the plain reader have read from them. */
export const ours: readonly TensorFile[] = filesOf('ownFiles.jsonl');

/** The name of every file. */
export const fileName = 'weights';

/** What bytes hold, in JSON. */
export function heldIn(kind: Kind, bytes: Uint8Array): Pick<TensorFile, 'holds' | 'metadata'> {
	switch (kind) {
		case 'npy':
			return { holds: heldOf(parseNpy(bytes, fileName)) as Holds, metadata: undefined }; // an array
		case 'npz':
			return { holds: heldByName(parseNpz(bytes, fileName)), metadata: undefined };
		case 'safetensors': {
			const { tensors, metadata } = parseSafetensors(bytes, fileName);
			return { holds: heldByName(tensors), metadata: Object.fromEntries(metadata) };
		}
	}
}

/** Tensors by their names, in JSON. */
export function heldByName(tensors: Iterable<readonly [string, Node]>): Holds {
	return Object.fromEntries(
		Array.from(tensors, ([name, tensor]) => [name, heldOf(tensor)] as const),
	);
}

/** The error that bytes give, which must be a typed one that names file and byte; null if they are accepted. */
export function refusal(kind: Kind, bytes: Uint8Array): DataFileError | null {
	try {
		heldIn(kind, bytes);
	} catch (error) {
		if (!(error instanceof DataFileError)) throw error;
		return error;
	}
	return null;
}
