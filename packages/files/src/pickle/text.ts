import { type Caller, quoted } from './values.ts';

// Numbers and text as pickles write them, most of them in lines of protocol 0.

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The longest text that a string can hold, in bytes. */
const maxTextBytes = 2 ** 29 - 24;

/** The longest whole number, in bytes: what the instruction with the shorter length can hold. */
const maxIntegerBytes = 255;

/** The longest whole number in text, in digits. */
const maxIntegerDigits = 615;

/** The text of UTF-8, as all text has been since protocol 1. */
export function utf8Text(bytes: Uint8Array, caller: Caller): string {
	if (bytes.length > maxTextBytes)
		caller.refuse(
			`found text of ${bytes.length} bytes, needed at most ${maxTextBytes}; arrays are no text from protocol 3 on`,
		);
	try {
		return utf8.decode(bytes);
	} catch {
		return caller.refuse(`found text of ${bytes.length} bytes that is not UTF-8, needed UTF-8`);
	}
}

/** A `str` of Python 2: text where it is plain ASCII, otherwise bytes, whose meaning the file does not tell. */
export function byteString(bytes: Uint8Array, caller: Caller): string | Uint8Array {
	return bytes.every((byte) => byte < 0x80) ? utf8Text(bytes, caller) : bytes;
}

/** The bytes of a text of Latin-1: one for each character. */
export function latin1Bytes(text: string, caller: Caller): Uint8Array {
	caller.allow(text.length);
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code > 0xff)
			caller.refuse(`found character ${i} of code ${code}, needed text of Latin-1, up to 255`);
		bytes[i] = code;
	}
	return bytes;
}

/** A line of Latin-1 with escapes such as \u0394 for what it cannot hold, and for the backslash. */
export function escapedText(line: Uint8Array, caller: Caller): string {
	const units = new Uint16Array(line.length);
	let length = 0;
	for (let i = 0; i < line.length; i++) {
		const byte = line[i] as number; // i is in range
		if (byte !== backslash) {
			units[length++] = byte;
			continue;
		}
		const digits = line[i + 1] === 0x75 ? 4 : line[i + 1] === 0x55 ? 8 : 0;
		const code = hexadecimal(line, i + 2, digits);
		if (!(code <= 0x10ffff))
			caller.refuse('found a backslash that begins no character, needed \\u and four digits');
		if (code > 0xffff) units[length++] = 0xd7c0 + (code >> 10);
		units[length++] = code > 0xffff ? 0xdc00 + (code & 0x3ff) : code;
		i += 1 + digits;
	}
	return textOf(units.subarray(0, length));
}

/** Text of UTF-16, in pieces that functions take as arguments. */
function textOf(units: Uint16Array): string {
	const pieces: string[] = [];
	for (let i = 0; i < units.length; i += 4096)
		pieces.push(String.fromCharCode(...units.subarray(i, i + 4096)));
	return pieces.join('');
}

const backslash = 0x5c;

/** What stands for itself or a control character after a backslash, by its code. */
const escapes: ReadonlyMap<number, number> = new Map(
	[
		['\\', '\\'],
		["'", "'"],
		['"', '"'],
		['n', '\n'],
		['r', '\r'],
		['t', '\t'],
	].map(([letter = '', meant = '']) => [letter.charCodeAt(0), meant.charCodeAt(0)]),
);

/** A `str` of Python 2 as its source shows it: in quotes, with escapes such as \n and \xff. */
export function quotedString(line: Uint8Array, caller: Caller): string | Uint8Array {
	const end = line.length - 1;
	const quote = line[0];
	if (end < 1 || (quote !== 0x27 && quote !== 0x22) || line[end] !== quote)
		caller.refuse('found a string without quotes, needed them around it');
	const meant = new Uint8Array(line.length);
	let length = 0;
	for (let i = 1; i < end; i++) {
		const byte = line[i] as number; // i is in range
		if (byte !== backslash) {
			meant[length++] = byte;
			continue;
		}
		const letter = line[++i] as number; // at most the quote at the end
		const code = letter === 0x78 ? hexadecimal(line, i + 1, 2) : escapes.get(letter);
		if (code === undefined || Number.isNaN(code) || i >= end)
			caller.refuse('found a backslash that begins no character, needed \\x and two digits');
		else meant[length++] = code;
		if (letter === 0x78) i += 2;
	}
	return byteString(meant.subarray(0, length), caller);
}

/** The number that hexadecimal digits of a given count write; NaN if they are not there. */
function hexadecimal(line: Uint8Array, start: number, digits: number): number {
	let number = digits > 0 ? 0 : Number.NaN;
	for (let i = start; i < start + digits; i++) {
		const byte = line[i] ?? 0;
		const lower = byte | 0x20;
		const isDigit = byte >= 0x30 && byte <= 0x39;
		const digit = isDigit
			? byte - 0x30
			: lower >= 0x61 && lower <= 0x66
				? lower - 0x57
				: Number.NaN;
		number = 16 * number + digit;
	}
	return number;
}

/** A whole number: a number where it is exact, otherwise a bigint. */
function integer(exact: bigint): number | bigint {
	const number = Number(exact);
	return Number.isSafeInteger(number) ? number : exact;
}

/** A whole number in digits, or one of the truth values 00 and 01. */
export function integerOfLine(line: Uint8Array, caller: Caller): number | bigint | boolean {
	const text = utf8Text(line, caller);
	if (text === '00') return false;
	if (text === '01') return true;
	return integer(wholeNumber(text, caller));
}

/** A whole number in digits with the letter L at the end, as Python 2 wrote those that were long. */
export function longOfLine(line: Uint8Array, caller: Caller): number | bigint {
	return integer(wholeNumber(utf8Text(line, caller).replace(/L$/, ''), caller));
}

function wholeNumber(text: string, caller: Caller): bigint {
	if (!/^-?\d+$/.test(text)) caller.refuse(`found ${quoted(text)}, needed a whole number`);
	if (text.length > maxIntegerDigits)
		caller.refuse(
			`found a whole number of ${text.length} digits, needed at most ${maxIntegerDigits}`,
		);
	return BigInt(text);
}

/** A whole number in two's complement, the lowest byte first. */
export function integerOfBytes(bytes: Uint8Array, caller: Caller): number | bigint {
	if (bytes.length > maxIntegerBytes)
		caller.refuse(
			`found a whole number of ${bytes.length} bytes, needed at most ${maxIntegerBytes}`,
		);
	const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).reverse();
	return integer(BigInt.asIntN(8 * bytes.length, BigInt(`0x0${digits.join('')}`)));
}

/** A floating number in digits, as Python shows it. */
export function floatOfLine(line: Uint8Array, caller: Caller): number {
	const text = utf8Text(line, caller);
	const [, sign = '', special] = /^([+-]?)(inf|nan|\d+(?:\.\d*)?(?:e[+-]?\d+)?)$/i.exec(text) ?? [];
	if (special === undefined)
		return caller.refuse(`found ${quoted(text)}, needed a number, inf or nan`);
	const size = /^inf$/i.test(special) ? Infinity : Number(special);
	return sign === '-' ? -size : size;
}

/** The number under which the memo holds something, in digits. */
export function memoKeyOfLine(line: Uint8Array, caller: Caller): number {
	const key = Number(wholeNumber(utf8Text(line, caller), caller));
	if (!Number.isSafeInteger(key) || key < 0)
		caller.refuse(`found the memo's number ${key}, needed a whole number from 0`);
	return key;
}
