import { quoted } from '../pickle/values.ts';
import type { Source } from '../reading.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Characters by their codes. */
const codes = { quote: 0x22, backslash: 0x5c, zero: 0x30, nine: 0x39 } as const;

/**
 * JSON that is read token by token, as the one who reads it expects them, so that nothing is nested deeper than that.
 * Unlike JSON.parse it refuses names that an object has twice, and numbers that no number holds exactly.
 */
export class JsonScanner {
	readonly #bytes: Uint8Array;
	readonly #source: Source;
	readonly #start: number;
	#at = 0;

	/** Scans bytes that begin at byte `start` of their source. */
	constructor(bytes: Uint8Array, source: Source, start: number) {
		this.#bytes = bytes;
		this.#source = source;
		this.#start = start;
	}

	/** The byte of the source that is next. */
	get offset(): number {
		return this.#start + this.#at;
	}

	refuse(reason: string, offset: number = this.offset): never {
		return this.#source.refuse(offset, reason);
	}

	/** An object of at most `max` values, which `field` reads, each after its name. */
	object(what: string, max: number, field: (name: string, offset: number) => void): void {
		const names = new Set<string>();
		this.#items(what, '{', '}', () => {
			this.#skipSpace();
			const offset = this.offset;
			const name = this.string('a name');
			if (names.has(name))
				this.refuse(`found the name ${quoted(name)} twice, needed names that differ`, offset);
			if (names.size === max) this.refuse(`found more than ${max} names in ${what}`, offset);
			names.add(name);
			this.#expect(':');
			field(name, offset);
		});
	}

	/** An array of at most `max` whole numbers. */
	wholeNumbers(what: string, max: number): number[] {
		const numbers: number[] = [];
		this.#items(what, '[', ']', () => {
			if (numbers.length === max) this.refuse(`found more than ${max} numbers for ${what}`);
			numbers.push(this.#wholeNumber(what));
		});
		return numbers;
	}

	string(what: string): string {
		this.#skipSpace();
		const begin = this.#at;
		if (this.#bytes[begin] !== codes.quote) this.#refuseNext(`a string for ${what}`);
		let end = begin + 1;
		let isEscaped = false;
		for (; this.#bytes[end] !== codes.quote; end++) {
			const byte = this.#bytes[end];
			if (byte === undefined)
				this.refuse(`found no end of a string for ${what}, needed a quotation mark`);
			else if (byte < 0x20)
				this.refuse(`found the control character ${byte} in a string`, this.#start + end);
			if (byte !== codes.backslash) continue;
			isEscaped = true;
			end++;
		}
		const text = this.#text(begin + 1, end, isEscaped);
		this.#at = end + 1;
		return text;
	}

	/** Refuses anything after what has been read but space. */
	end(): void {
		this.#skipSpace();
		if (this.#at < this.#bytes.length) this.#refuseNext('nothing more');
	}

	#text(begin: number, end: number, isEscaped: boolean): string {
		const offset = this.#start + begin;
		let text: string;
		try {
			text = utf8.decode(this.#bytes.subarray(begin, end));
		} catch (cause) {
			return this.#source.refuse(offset, 'found text that is not UTF-8, needed UTF-8', cause);
		}
		if (!isEscaped) return text;
		try {
			text = JSON.parse(`"${text}"`);
		} catch (cause) {
			return this.#source.refuse(offset, 'found a wrong escape in a string', cause);
		}
		if (/\p{Surrogate}/u.test(text))
			this.refuse('found half of a surrogate pair in a string, needed both', offset);
		return text;
	}

	#wholeNumber(what: string): number {
		this.#skipSpace();
		const begin = this.#at;
		while (isDigit(this.#bytes[this.#at])) this.#at++;
		const length = this.#at - begin;
		if (length === 0) this.#refuseNext(`a whole number from 0 for ${what}`);
		const offset = this.#start + begin;
		if (length > 1 && this.#bytes[begin] === codes.zero)
			this.refuse(`found a number for ${what} that begins with 0`, offset);
		let number = 0;
		for (let i = begin; i < this.#at && Number.isSafeInteger(number); i++)
			number = 10 * number + (this.#bytes[i] as number) - codes.zero; // i is in range
		if (!Number.isSafeInteger(number))
			this.refuse(
				`found a number of ${length} digits for ${what}, needed at most 2^53 - 1`,
				offset,
			);
		return number;
	}

	/** What stands between brackets, with commas between its items. */
	#items(what: string, open: string, close: string, item: () => void): void {
		if (!this.#take(open)) this.#refuseNext(`${open} for ${what}`);
		if (this.#take(close)) return;
		do item();
		while (this.#take(','));
		this.#expect(close);
	}

	/** Passes a character, if it is the next. */
	#take(character: string): boolean {
		this.#skipSpace();
		const isNext = this.#bytes[this.#at] === character.charCodeAt(0);
		if (isNext) this.#at++;
		return isNext;
	}

	#expect(character: string): void {
		if (!this.#take(character)) this.#refuseNext(character);
	}

	#skipSpace(): void {
		for (;;) {
			const byte = this.#bytes[this.#at];
			if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return;
			this.#at++;
		}
	}

	#refuseNext(needed: string): never {
		const byte = this.#bytes[this.#at];
		const isShown = byte !== undefined && byte > 0x20 && byte < 0x7f;
		const found =
			byte === undefined
				? 'the end of the header'
				: isShown
					? String.fromCharCode(byte)
					: `byte ${byte}`;
		return this.refuse(`found ${found}, needed ${needed}`);
	}
}

function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= codes.zero && byte <= codes.nine;
}
