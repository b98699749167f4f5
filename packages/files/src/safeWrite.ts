import type { FileHandle } from 'node:fs/promises';
import { DataFileError } from './dataFileError.ts';
import { nodeModule } from './nodeModules.ts';
import { isMissing, systemReason } from './paths.ts';

/** Pieces that are shorter are written together, in bytes. */
const batchBytes = 2 ** 18;

/** The most bytes that the system is given at once. */
const maxWriteBytes = 2 ** 30;

/** The files that are being written, and their temporary ones: no two calls write one. */
const active = new Set<string>();

/**
 * Writes pieces of bytes, one after another, to a file that has its name only once it is whole. They go to a temporary
 * file `name.tmp-<process>` in the same folder, which is flushed to the disk and takes the name in one step; until then
 * whatever had the name stays as it was, whether the process ends, the machine stops, or the disk is full. A piece is
 * written before the next is asked for. The permissions of a file that is replaced are kept; a link is followed.
 * Rejects with a {@link DataFileError} where the system cannot, and with the error of `pieces` if they throw; the
 * temporary file is removed then. Not for browsers.
 */
export async function safeWrite(
	file: string,
	pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
	const { resolve } = nodeModule('node:path');
	// By its name at once, so that the first call is the one that goes on; by what it leads to, as links are other names.
	await alone(file, resolve(file), async () => {
		const target = await targetOf(file);
		const temporary = temporaryName(target.path);
		await alone(file, temporary, () => replace(file, target, temporary, pieces));
	});
}

/** Writes under a name that no other call is writing under. */
async function alone(file: string, name: string, write: () => Promise<void>): Promise<void> {
	if (active.has(name))
		throw new DataFileError(file, 'found that it is being written; await the call that does so');
	active.add(name);
	try {
		await write();
	} finally {
		active.delete(name);
	}
}

/** Where the bytes go in the end. */
interface Target {
	/** The path without links. */
	readonly path: string;
	/** The permissions of the file that is there; null if there is none. */
	readonly mode: number | null;
}

async function targetOf(file: string): Promise<Target> {
	const { realpath, stat } = nodeModule('node:fs/promises');
	try {
		const stats = await stat(file);
		if (!stats.isFile())
			throw new DataFileError(file, 'found no ordinary file, needed one or nothing there');
		return { path: await realpath(file), mode: stats.mode & 0o7777 };
	} catch (error) {
		if (isMissing(error)) return { path: file, mode: null };
		throw failed(file, error);
	}
}

/** Threads share the number of their process. */
function temporaryName(path: string): string {
	const { threadId } = nodeModule('node:worker_threads');
	return `${path}.tmp-${process.pid}${threadId === 0 ? '' : `-${threadId}`}`;
}

async function replace(
	file: string,
	target: Target,
	temporary: string,
	pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
	const { rename, unlink } = nodeModule('node:fs/promises');
	const handle = await create(file, temporary);
	try {
		const sink = new Sink(file, handle);
		for await (const piece of pieces) await sink.write(piece);
		await sink.flush();
		await bySystem(file, async () => {
			if (target.mode !== null) await handle.chmod(target.mode);
			await handle.sync();
			await checkOwn(file, temporary, handle);
			await handle.close();
			await rename(temporary, target.path);
		});
	} catch (error) {
		// Of two errors the first tells what went wrong; closing twice is none.
		await handle.close().catch(() => {});
		await unlink(temporary).catch(() => {});
		throw error;
	}
	await bySystem(file, () => flushFolder(target.path));
}

/** A new temporary file, instead of one that an earlier process of the same number may have left. */
async function create(file: string, temporary: string): Promise<FileHandle> {
	const { open, unlink } = nodeModule('node:fs/promises');
	return bySystem(file, async () => {
		try {
			return await open(temporary, 'wx');
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
			await unlink(temporary);
			return await open(temporary, 'wx');
		}
	});
}

/** A process of another machine or container may have the same number, and have begun to write the same file. */
async function checkOwn(file: string, temporary: string, handle: FileHandle): Promise<void> {
	const { stat } = nodeModule('node:fs/promises');
	const [named, own] = [
		await stat(temporary, { bigint: true }),
		await handle.stat({ bigint: true }),
	];
	if (named.ino !== own.ino || named.dev !== own.dev)
		throw new DataFileError(file, 'found that another process writes it at the same time');
}

/** Makes the new name last, which stands in the folder. Windows opens no folders, and has no need to. */
async function flushFolder(path: string): Promise<void> {
	if (process.platform === 'win32') return;
	const { open } = nodeModule('node:fs/promises');
	const { dirname } = nodeModule('node:path');
	const folder = await open(dirname(path), 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

/** Writes to a file at its end, small pieces together. */
class Sink {
	readonly #file: string;
	readonly #handle: FileHandle;
	readonly #batch = new Uint8Array(batchBytes);
	#batched = 0;

	constructor(file: string, handle: FileHandle) {
		this.#file = file;
		this.#handle = handle;
	}

	async write(piece: Uint8Array): Promise<void> {
		if (this.#batched + piece.length > batchBytes) await this.flush();
		if (piece.length > batchBytes) return await this.#put(piece);
		this.#batch.set(piece, this.#batched);
		this.#batched += piece.length;
	}

	/** Writes what has been kept. */
	async flush(): Promise<void> {
		const batched = this.#batched;
		this.#batched = 0;
		await this.#put(this.#batch.subarray(0, batched));
	}

	/** The system may write less than it is asked to, of a disk that is nearly full say. */
	async #put(bytes: Uint8Array): Promise<void> {
		for (let done = 0; done < bytes.length; ) {
			const rest = bytes.subarray(done, done + maxWriteBytes);
			const { bytesWritten } = await bySystem(this.#file, () => this.#handle.write(rest));
			done += bytesWritten;
		}
	}
}

async function bySystem<Result>(file: string, action: () => Promise<Result>): Promise<Result> {
	try {
		return await action();
	} catch (error) {
		throw failed(file, error);
	}
}

function failed(file: string, error: unknown): unknown {
	if (error instanceof DataFileError) return error;
	const reason = isMissing(error) ? 'no such folder' : systemReason(error);
	return new DataFileError(file, `cannot write it: ${reason}`, { cause: error });
}
