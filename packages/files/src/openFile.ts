import type { FileHandle } from 'node:fs/promises';
import { DataFileError } from './dataFileError.ts';
import { nodeModule } from './nodeModules.ts';
import { isMissing, systemReason } from './paths.ts';
import { type ByteRange, type Reading, Source } from './reading.ts';

/** The most bytes that the system is asked for at once. */
const maxReadBytes = 2 ** 30;

/** A file on disk that is open to be read, in pieces and in any order. Not for browsers. */
export class OpenFile {
	readonly source: Source;
	readonly #handle: FileHandle;
	/** Memory for bytes that pass, as large as the largest of them: what the system has just given is slow to write to. */
	#spare: Buffer | null = null;

	private constructor(file: string, size: number, handle: FileHandle) {
		this.source = new Source(file, size);
		this.#handle = handle;
	}

	/** Opens an ordinary file; rejects with a {@link DataFileError}. */
	static async open(file: string): Promise<OpenFile> {
		const { open, stat } = nodeModule('node:fs/promises');
		try {
			// Asked before opening: to open a named pipe is to wait for a writer.
			if (!(await stat(file)).isFile())
				throw new DataFileError(file, 'found no ordinary file, needed one');
			const handle = await open(file, 'r');
			// Of the file that was opened, should another have taken its name.
			return new OpenFile(file, (await handle.stat()).size, handle);
		} catch (error) {
			throw failed(file, error);
		}
	}

	/** What a reading ends with that is given what it asks for. */
	async read<Result>(reading: Reading<Result>): Promise<Result> {
		let passing = this.#spare ?? Buffer.alloc(0);
		// Whoever reads at the same time has memory of its own.
		this.#spare = null;
		let step = reading.next();
		while (step.done !== true) {
			const { length, isPassing } = step.value;
			if (isPassing && passing.length < length) passing = this.#allocate(length);
			const bytes = isPassing ? passing.subarray(0, length) : this.#allocate(length);
			await this.#fill(bytes, step.value);
			step = reading.next(new Uint8Array(bytes.buffer, bytes.byteOffset, length));
		}
		this.#spare = passing;
		return step.value;
	}

	/** Memory of which every byte is going to be overwritten. */
	#allocate(length: number): Buffer<ArrayBuffer> {
		try {
			return Buffer.allocUnsafeSlow(length);
		} catch (cause) {
			const reason = `found a part of ${length} bytes, which memory does not hold at once`;
			throw new DataFileError(this.source.file, reason, { cause });
		}
	}

	async #fill(bytes: Buffer, { offset, length }: ByteRange): Promise<void> {
		const { file } = this.source;
		try {
			for (let done = 0; done < length; ) {
				const wanted = Math.min(length - done, maxReadBytes);
				const { bytesRead } = await this.#handle.read(bytes, done, wanted, offset + done);
				if (bytesRead === 0)
					throw new DataFileError(file, 'found the end of the file, which became shorter', {
						offset: offset + done,
					});
				done += bytesRead;
			}
		} catch (error) {
			throw failed(file, error);
		}
	}

	/** Nothing is read afterwards. */
	async close(): Promise<void> {
		await this.#handle.close();
	}
}

/** What a reading of a file on disk ends with; the file is closed whatever happens. */
export async function readFileWith<Result>(
	file: string,
	reading: (source: Source) => Reading<Result>,
): Promise<Result> {
	const opened = await OpenFile.open(file);
	try {
		return await opened.read(reading(opened.source));
	} finally {
		await opened.close();
	}
}

function failed(file: string, error: unknown): unknown {
	if (error instanceof DataFileError) return error;
	const reason = isMissing(error) ? 'no such file' : `cannot read it: ${systemReason(error)}`;
	return new DataFileError(file, reason, { cause: error });
}
