import { DTypeError } from '@pullback/core';
import { checkedCount, checkedOptions, checkedString, describe } from '@pullback/core/arguments';
import { DataFileError } from '@pullback/files';
import { checkedBytes } from '@pullback/files/bytes';

/** The typed array that holds each element type of the IDX format. */
export interface IdxArrays {
	readonly u8: Uint8Array;
	readonly i8: Int8Array;
	readonly i16: Int16Array;
	readonly i32: Int32Array;
	readonly f32: Float32Array;
	readonly f64: Float64Array;
}

/** The element types of the IDX format. */
export type IdxType = keyof IdxArrays;

/** The contents of an IDX file: `data` is flat and row-major, in this machine's byte order. */
export interface Idx<T extends IdxType = IdxType> {
	readonly dtype: T;
	readonly shape: readonly number[];
	readonly data: IdxArrays[T];
}

/** What a caller needs of an IDX file; another element type or number of dimensions is an error. */
export interface IdxExpectation<T extends IdxType = IdxType> {
	readonly dtype?: T;
	readonly rank?: number;
}

/** The start of an IDX file: what follows it, and how long both are. */
export interface IdxHeader<T extends IdxType = IdxType> {
	readonly dtype: T;
	readonly shape: readonly number[];
	readonly headerBytes: number;
	/** Exact even where the declared product is beyond 2^53. */
	readonly payloadBytes: bigint;
}

const typeOfCode: ReadonlyMap<number, IdxType> = new Map([
	[0x08, 'u8'],
	[0x09, 'i8'],
	[0x0b, 'i16'],
	[0x0c, 'i32'],
	[0x0d, 'f32'],
	[0x0e, 'f64'],
]);

const bytesPerElement: { readonly [T in IdxType]: number } = {
	u8: 1,
	i8: 1,
	i16: 2,
	i32: 4,
	f32: 4,
	f64: 8,
};

/** More dimensions than any data set uses: a file that claims more is damaged. */
const maxRank = 8;

/** No header is longer than this many bytes. */
export const maxHeaderBytes: number = 4 + 4 * maxRank;

const viewOf = (bytes: Uint8Array): DataView =>
	new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const decoders: { readonly [T in IdxType]: (payload: Uint8Array) => IdxArrays[T] } = {
	u8: (payload) => payload,
	i8: (payload) => new Int8Array(payload.buffer, payload.byteOffset, payload.byteLength),
	i16: (payload) => {
		const view = viewOf(payload);
		return fill(new Int16Array(payload.length / 2), (offset) => view.getInt16(offset));
	},
	i32: (payload) => {
		const view = viewOf(payload);
		return fill(new Int32Array(payload.length / 4), (offset) => view.getInt32(offset));
	},
	f32: (payload) => {
		const view = viewOf(payload);
		return fill(new Float32Array(payload.length / 4), (offset) => view.getFloat32(offset));
	},
	f64: (payload) => {
		const view = viewOf(payload);
		return fill(new Float64Array(payload.length / 8), (offset) => view.getFloat64(offset));
	},
};

/** Sets every element of `array` to what `read` gives at its byte offset. */
function fill<A extends IdxArrays[IdxType]>(array: A, read: (offset: number) => number): A {
	for (let i = 0; i < array.length; i++) array[i] = read(i * array.BYTES_PER_ELEMENT);
	return array;
}

const hex = (bytes: Uint8Array): string =>
	Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** The likely reason why a file does not start with two zero bytes. */
function guess(bytes: Uint8Array): string {
	if (bytes[0] === 0x3c) return '; this looks like a web page, download the file again';
	if (bytes[0] === 0x1f && bytes[1] === 0x8b) return '; this is gzip, inflate it first';
	if (bytes[2] === 0 && bytes[3] === 0) return '; the byte order is reversed';
	return '';
}

/**
 * Reads the header at the start of `bytes`, which may be cut off after `maxHeaderBytes`.
 * Throws a {@link DataFileError} that names `file`.
 */
export function parseIdxHeader<T extends IdxType = IdxType>(
	bytes: Uint8Array,
	file: string,
	expected: IdxExpectation<T> = {},
	inflated = false,
): IdxHeader<T> {
	const fail = (offset: number, reason: string): never => {
		throw new DataFileError(file, reason, { offset, inflated });
	};
	if (bytes.length < 4) {
		fail(bytes.length, `found the end after ${bytes.length} bytes, needed an IDX header`);
	}
	const magic = bytes.subarray(0, 4);
	const [zero0 = 0, zero1 = 0, code = 0, rank = 0] = magic;
	if (zero0 !== 0 || zero1 !== 0) {
		fail(
			zero0 !== 0 ? 0 : 1,
			`found ${hex(magic)}, needed an IDX file to start with 00 00${guess(magic)}`,
		);
	}
	const dtype =
		typeOfCode.get(code) ??
		fail(2, `found element type ${hex(magic.subarray(2, 3))}, needed 08, 09, 0b, 0c, 0d or 0e`);
	if (expected.dtype !== undefined && dtype !== expected.dtype) {
		fail(2, `found elements of type ${dtype}, needed ${expected.dtype}`);
	}
	if (rank < 1 || rank > maxRank) {
		fail(3, `found ${rank} dimensions, needed 1 to ${maxRank}`);
	}
	if (expected.rank !== undefined && rank !== expected.rank) {
		fail(3, `found ${rank} dimensions, needed ${expected.rank}; is it another file's data?`);
	}
	const headerBytes = 4 + 4 * rank;
	if (bytes.length < headerBytes) {
		fail(
			bytes.length,
			`found the end after ${bytes.length} bytes, needed a header of ${headerBytes} bytes for ${rank} dimensions`,
		);
	}
	const view = viewOf(bytes);
	const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
	const elements = shape.reduce((product, size) => product * BigInt(size), 1n);
	return {
		dtype: dtype as T, // it equals expected.dtype where T is narrower than IdxType
		shape,
		headerBytes,
		payloadBytes: elements * BigInt(bytesPerElement[dtype]),
	};
}

/** What a caller needs of a file, if it is something that a file can be. */
export function checkedExpectation<T extends IdxType>(
	operation: string,
	options: IdxExpectation<T>,
): IdxExpectation<T> {
	const { dtype, rank } = checkedOptions(operation, options, ['dtype', 'rank']);
	const types: readonly unknown[] = Object.keys(bytesPerElement);
	if (dtype !== undefined && !types.includes(dtype))
		throw new DTypeError(
			`${operation}: dtype is ${describe(dtype)}; it must be one of ${types.join(', ')}`,
		);
	if (rank !== undefined) {
		const count = checkedCount(operation, 'rank', rank);
		if (count < 1 || count > maxRank)
			throw new RangeError(
				`${operation}: rank is ${count}; it must be a whole number from 1 to ${maxRank}`,
			);
	}
	return { ...(dtype !== undefined && { dtype }), ...(rank !== undefined && { rank }) };
}

/** The elements of `payload`, whose length is the one that `header` declares; shares its memory where it can. */
export function decodeIdx<T extends IdxType>(header: IdxHeader<T>, payload: Uint8Array): Idx<T> {
	const { dtype, shape } = header;
	return { dtype, shape, data: decoders[dtype](payload) };
}

/** The reason that is given when a file ends early or goes on. */
export function wrongLength(header: IdxHeader, found: number | 'more'): string {
	return `found ${found} bytes of elements, needed ${header.payloadBytes} for shape [${header.shape.join(', ')}] of ${header.dtype}`;
}

/**
 * Reads an IDX file (the format of MNIST) from memory: a header of big-endian sizes, then exactly the elements it
 * declares. `file` is the name used in errors. The result shares no memory with `bytes`.
 * Throws a {@link DataFileError} for anything else, before allocating what a false header asks for; a TypeError,
 * DTypeError or RangeError for arguments that are none.
 */
export function parseIdx<T extends IdxType = IdxType>(
	bytes: Uint8Array,
	file: string,
	expected: IdxExpectation<T> = {},
): Idx<T> {
	const own = checkedBytes('parseIdx', bytes);
	checkedString('parseIdx', 'file', file);
	const header = parseIdxHeader(own, file, checkedExpectation('parseIdx', expected));
	const { headerBytes, payloadBytes } = header;
	const found = own.length - headerBytes;
	if (BigInt(found) !== payloadBytes) {
		const offset = found < payloadBytes ? own.length : headerBytes + Number(payloadBytes);
		throw new DataFileError(file, wrongLength(header, found), { offset });
	}
	return decodeIdx(header, own.slice(headerBytes));
}
