import { quoted } from '../pickle/values.ts';
import type { Source } from '../reading.ts';

/** What a header tells of an array, before anything of it is believed. */
export interface Described {
	/** The byte order and the type, such as <f4. */
	readonly descr: string;
	/** Whether the first axis is the one that changes fastest. */
	readonly fortranOrder: boolean;
	readonly shape: readonly number[];
}

/** The most axes that are read of a shape, one more than a tensor can have. */
const maxAxes = 65;

/** The dictionary in a header: a literal of Python's, of which only what NumPy writes is read, and nothing is run. */
export function readDescription(bytes: Uint8Array, source: Source, start: number): Described {
	const scanner = new LiteralScanner(bytes, source, start);
	let descr: string | null = null;
	let fortranOrder: boolean | null = null;
	let shape: readonly number[] | null = null;
	const twice = (key: string): never => scanner.refuse(`found the key ${quoted(key)} twice`);
	scanner.expect('{', 'a dictionary');
	while (!scanner.take('}')) {
		const key = scanner.string('a key');
		scanner.expect(':', 'a value');
		if (key === 'descr') descr = descr === null ? scanner.string('a plain type') : twice(key);
		else if (key === 'fortran_order')
			fortranOrder = fortranOrder === null ? scanner.truthValue() : twice(key);
		else if (key === 'shape') shape = shape === null ? scanner.tuple(maxAxes) : twice(key);
		else scanner.refuse(`found the key ${quoted(key)}, needed descr, fortran_order and shape`);
		if (scanner.take(',')) continue;
		scanner.expect('}', 'the end of the dictionary');
		break;
	}
	scanner.end();
	if (descr === null || fortranOrder === null || shape === null)
		return scanner.refuse('found a key too few, needed descr, fortran_order and shape');
	return { descr, fortranOrder, shape };
}

/** Reads a literal of Python's, token by token. */
class LiteralScanner {
	readonly #text: string;
	readonly #source: Source;
	readonly #start: number;
	#at = 0;

	/** Scans bytes that begin at byte `start` of their source. */
	constructor(bytes: Uint8Array, source: Source, start: number) {
		// Each byte is a character, so that places are those of the file; none above 127 is in what NumPy writes.
		this.#text = String.fromCharCode(...bytes);
		this.#source = source;
		this.#start = start;
	}

	refuse(reason: string): never {
		return this.#source.refuse(this.#start + this.#at, reason);
	}

	/** Passes a character, if it is the next after spaces. */
	take(character: string): boolean {
		this.#match(/ */y);
		const isNext = this.#text[this.#at] === character;
		if (isNext) this.#at++;
		return isNext;
	}

	expect(character: string, what: string): void {
		if (!this.take(character)) this.#refuseNext(`${character} for ${what}`);
	}

	string(what: string): string {
		const [, quote, text] =
			this.#match(/ *(['"])([ -~]{0,100}?)\1/y) ?? this.#refuseNext(`a string for ${what}`);
		if (quote === undefined || text === undefined || text.includes('\\'))
			return this.refuse(`found an escape in ${what}, needed none`);
		return text;
	}

	truthValue(): boolean {
		const [, word] = this.#match(/ *(True|False)\b/y) ?? this.#refuseNext('True or False');
		return word === 'True';
	}

	/** A tuple of at most `max` whole numbers, which Python 2 wrote with an L. */
	tuple(max: number): readonly number[] {
		const numbers: number[] = [];
		this.expect('(', 'a shape');
		while (!this.take(')')) {
			const [, digits = ''] =
				this.#match(/ *(0|[1-9][0-9]*)L?(?![\w.])/y) ?? this.#refuseNext('a whole number from 0');
			if (numbers.length === max) this.refuse(`found more than ${max} sizes`);
			if (!Number.isSafeInteger(Number(digits)))
				this.refuse(`found a size of ${digits.length} digits, needed at most 2^53 - 1`);
			numbers.push(Number(digits));
			if (this.take(',')) continue;
			if (numbers.length === 1) this.#refuseNext('a comma after the only size');
			this.expect(')', 'the end of a shape');
			break;
		}
		return numbers;
	}

	/** Refuses anything after what has been read but spaces and the end of a line. */
	end(): void {
		this.#match(/ *\n?/y);
		if (this.#at < this.#text.length) this.#refuseNext('the end of the header');
	}

	#match(pattern: RegExp): RegExpExecArray | null {
		pattern.lastIndex = this.#at;
		const match = pattern.exec(this.#text);
		if (match !== null) this.#at = pattern.lastIndex;
		return match;
	}

	#refuseNext(needed: string): never {
		this.#match(/ */y);
		const next = this.#text.slice(this.#at, this.#at + 20);
		const found = next === '' ? 'the end of the header' : quoted(next);
		return this.refuse(`found ${found}, needed ${needed}`);
	}
}
