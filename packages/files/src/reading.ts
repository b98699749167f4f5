import { DataFileError } from './dataFileError.ts';

// Formats are read apart from where their bytes lie: one reader serves bytes in memory, which are there at once, and
// files on disk, of which only what is asked for is read.

/** Bytes that are asked for, all of which the file has. */
export interface ByteRange {
	readonly offset: number;
	readonly length: number;
	/** Whether the bytes are needed no longer than until the next range is asked for. */
	readonly isPassing: boolean;
}

/** The reading of a file: it asks for one range of bytes after another, and ends with what they mean. */
export type Reading<Result> = Generator<ByteRange, Result, Uint8Array>;

/** A part of a file that is a file by itself: an entry of an archive. */
export interface Part {
	/** What it is, as errors name it. */
	readonly name: string;
	/** The byte of the file where it begins; null if it was compressed, so that its bytes are not those of the file. */
	readonly offset: number | null;
}

/** What is being read, as its readers see it: a name for errors, a size, and the bytes that they ask for. */
export class Source {
	readonly file: string;
	/** In bytes. */
	readonly size: number;
	readonly #part: Part | null;

	constructor(file: string, size: number, part: Part | null = null) {
		this.file = file;
		this.size = size;
		this.#part = part;
	}

	/** Throws an error that names the file and a byte of it. */
	refuse(offset: number, reason: string, cause?: unknown): never {
		const options = cause === undefined ? {} : { cause };
		if (this.#part === null) throw new DataFileError(this.file, reason, { ...options, offset });
		const { name, offset: start } = this.#part;
		throw new DataFileError(this.file, `in ${name}: ${reason}`, {
			...options,
			offset: (start ?? 0) + offset,
			inflated: start === null,
		});
	}

	/**
	 * The bytes of a range, which `use` names; refused where the file is shorter. Those that are passing may be overwritten
	 * when the next range is asked for: elements that are copied into a tensor, of which the next is as large.
	 */
	*bytes(offset: number, length: number, use: string, isPassing = false): Reading<Uint8Array> {
		if (length > this.size - offset)
			this.refuse(
				this.size,
				`found the end of the file, needed ${length} bytes from byte ${offset} for ${use}`,
			);
		return yield { offset, length, isPassing };
	}
}

/** What a reading ends with that is given the bytes it asks for; it must not change them. */
export function readFrom<Result>(bytes: Uint8Array, reading: Reading<Result>): Result {
	let step = reading.next();
	while (step.done !== true) {
		const { offset, length } = step.value;
		step = reading.next(bytes.subarray(offset, offset + length));
	}
	return step.value;
}
