import type { Source } from '../reading.ts';

/** Where a pickle is being read. Nothing is read beyond its end: that is an error at the end. */
export class Cursor {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	readonly #source: Source;
	/** The next byte, counted from 0. */
	offset = 0;
	/** What is being read, as errors at the end of the file name it. */
	reading = 'an instruction';

	constructor(bytes: Uint8Array, source: Source) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.#source = source;
	}

	/** How many bytes follow. */
	get rest(): number {
		return this.#bytes.length - this.offset;
	}

	/** Throws an error that names the file and a byte of it. */
	refuse(offset: number, reason: string): never {
		return this.#source.refuse(offset, reason);
	}

	uint8(): number {
		return this.#view.getUint8(this.#advance(1));
	}

	uint16(): number {
		return this.#view.getUint16(this.#advance(2), true);
	}

	int32(): number {
		return this.#view.getInt32(this.#advance(4), true);
	}

	uint32(): number {
		return this.#view.getUint32(this.#advance(4), true);
	}

	/** A length of 8 bytes; one that no number holds exactly is rounded, and beyond any file. */
	uint64(): number {
		return Number(this.#view.getBigUint64(this.#advance(8), true));
	}

	/** Big-endian, alone of all. */
	float64(): number {
		return this.#view.getFloat64(this.#advance(8));
	}

	/** The next bytes, which share the file's memory. */
	take(length: number): Uint8Array {
		const start = this.#advance(length);
		return this.#bytes.subarray(start, start + length);
	}

	/** The next bytes up to the end of the line, which is passed. */
	line(): Uint8Array {
		const end = this.#bytes.indexOf(0x0a, this.offset);
		if (end < 0) this.#refuseEnd('the end of a line');
		const line = this.#bytes.subarray(this.offset, end);
		this.offset = end + 1;
		return line;
	}

	#advance(length: number): number {
		const start = this.offset;
		if (length > this.#bytes.length - start) this.#refuseEnd(`${length} bytes`);
		this.offset = start + length;
		return start;
	}

	#refuseEnd(needed: string): never {
		return this.refuse(
			this.#bytes.length,
			`found the end of the file, needed ${needed} from byte ${this.offset} for ${this.reading}`,
		);
	}
}
