/** A growing array of bytes, with the encodings of the WebAssembly binary format (core specification, chapter 5). */
export class Bytes {
	#data = new Uint8Array(256);
	length = 0;

	byte(value: number): void {
		if (this.length === this.#data.length) this.#reserve(1);
		this.#data[this.length++] = value;
	}

	append(bytes: ArrayLike<number>): void {
		this.#reserve(bytes.length);
		this.#data.set(bytes, this.length);
		this.length += bytes.length;
	}

	/** An unsigned LEB128 number of up to 32 bits. */
	unsigned(value: number): void {
		let rest = value >>> 0;
		while (rest >= 0x80) {
			this.byte((rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		this.byte(rest);
	}

	/** A byte and the number from 0 that follows, as an opcode and its immediate: most of a module is such pairs of bytes. */
	pair(first: number, second: number): void {
		const data = this.#data;
		const at = this.length;
		if (second < 0x80 && at + 2 <= data.length) {
			data[at] = first;
			data[at + 1] = second;
			this.length = at + 2;
		} else {
			this.byte(first);
			this.unsigned(second);
		}
	}

	/** A signed LEB128 number of 32 bits. */
	signed(value: number): void {
		let rest = value;
		while (rest < -0x40 || rest >= 0x40) {
			this.byte((rest & 0x7f) | 0x80);
			rest >>= 7;
		}
		this.byte(rest & 0x7f);
	}

	/** A signed LEB128 number of any width. */
	wideSigned(value: bigint): void {
		let rest = value;
		for (;;) {
			const low = Number(rest & 0x7fn);
			rest >>= 7n;
			if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
				this.byte(low);
				return;
			}
			this.byte(low | 0x80);
		}
	}

	text(value: string): void {
		const utf8 = new TextEncoder().encode(value);
		this.unsigned(utf8.length);
		this.append(utf8);
	}

	/** The bytes so far; valid until the next is added. */
	view(): Uint8Array<ArrayBuffer> {
		return this.#data.subarray(0, this.length);
	}

	#reserve(count: number): void {
		if (this.length + count <= this.#data.length) return;
		const grown = new Uint8Array(Math.max(2 * this.#data.length, this.length + count));
		grown.set(this.#data);
		this.#data = grown;
	}
}
