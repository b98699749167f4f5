import type { Node } from '@pullback/core';
import { checkedString } from '@pullback/core/arguments';
import type { NamedTensors } from './namedTensors.ts';
import { OpenFile, readFileWith } from './openFile.ts';
import { readAll, type Safetensors } from './parseSafetensors.ts';
import { checkedPath } from './paths.ts';
import { quoted } from './pickle/values.ts';
import { piecesOf, type SafetensorsOptions } from './safetensors/format.ts';
import { type Header, readHeader, readTensor } from './safetensors/header.ts';
import { safeWrite } from './safeWrite.ts';

/**
 * What a file of safetensors holds: see {@link parseSafetensors}. No more of the file than one tensor is in memory
 * besides the tensors. Not for browsers. Rejects with a {@link DataFileError} for a file that is missing or damaged.
 */
export async function readSafetensors(file: string): Promise<Safetensors> {
	return readFileWith(checkedPath('readSafetensors', 'file', file), readAll);
}

/**
 * Opens a file of safetensors, of which only the header is read, and then each tensor that is asked for.
 * Not for browsers. Rejects with a {@link DataFileError} for a file that is missing, or has a damaged header.
 */
export async function openSafetensors(file: string): Promise<SafetensorsReader> {
	const opened = await OpenFile.open(checkedPath('openSafetensors', 'file', file));
	try {
		return new SafetensorsReader(opened, await opened.read(readHeader(opened.source)));
	} catch (error) {
		await opened.close();
		throw error;
	}
}

/** A file of safetensors that is open; see {@link openSafetensors}. */
export class SafetensorsReader {
	readonly #file: OpenFile;
	readonly #header: Header;

	/** From a file whose header has been read. */
	constructor(file: OpenFile, header: Header) {
		this.#file = file;
		this.#header = header;
	}

	/** The names of all tensors, in the order of the header. */
	names(): readonly string[] {
		return [...this.#header.tensors.keys()];
	}

	/** Texts by their names. */
	get metadata(): ReadonlyMap<string, string> {
		return this.#header.metadata;
	}

	/**
	 * The tensor of a name; RangeError if the file has none.
	 * Rejects with a {@link DataFileError} for whole numbers that i32 does not hold.
	 */
	async read(name: string): Promise<Node> {
		const entry = this.#header.tensors.get(checkedString('read', 'name', name));
		if (entry === undefined)
			throw new RangeError(
				`read: ${this.#file.source.file} has no tensor ${quoted(name)}; names() tells which it has`,
			);
		return this.#file.read(readTensor(this.#file.source, name, entry));
	}

	/** Closes the file, of which nothing is read afterwards. */
	async close(): Promise<void> {
		await this.#file.close();
	}
}

/**
 * Writes a file of safetensors, tensor by tensor, so that memory holds no more than one of them twice. The file has its
 * name only once it is whole, and what had the name before stays until then. Not for browsers.
 * Rejects with a {@link DataFileError} where the system cannot write, with RangeError as {@link formatSafetensors} does.
 */
export async function writeSafetensors(
	file: string,
	tensors: NamedTensors,
	options?: SafetensorsOptions,
): Promise<void> {
	const path = checkedPath('writeSafetensors', 'file', file);
	await safeWrite(path, piecesOf('writeSafetensors', tensors, options));
}
