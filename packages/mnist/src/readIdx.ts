import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { checkedNumber, checkedOptions, checkedString, describe } from '@pullback/core/arguments';
import { DataFileError } from '@pullback/files';
import { checkedPath, systemReason } from '@pullback/files/paths';
import { damagedByte } from './gzipDamage.ts';
import {
	checkedExpectation,
	decodeIdx,
	type Idx,
	type IdxExpectation,
	type IdxHeader,
	type IdxType,
	maxHeaderBytes,
	parseIdxHeader,
	wrongLength,
} from './idx.ts';

/** What a caller needs of an IDX file on disk. */
export interface ReadIdxOptions<T extends IdxType = IdxType> extends IdxExpectation<T> {
	/** The SHA-256 of the IDX bytes (after inflating), in hexadecimal. */
	readonly sha256?: string;
	/** The most bytes to accept, on disk and inflated: a false header cannot ask for more memory. */
	readonly limit?: number;
}

/** Four times the largest file of MNIST. */
const defaultLimit = 200_000_000;

/** Deflate cannot pack more than this many bytes into one. */
const maxInflation = 1032n;

const inflateChunkBytes = 1 << 16;

/** A stream's own 64 KiB take twice as long, in 720 trips for the largest file of MNIST. */
const readChunkBytes = 1 << 20;

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : '';

/**
 * Reads an IDX file, plain or gzip (told apart by the first two bytes, not by the name). The file must hold
 * exactly what its header declares: reading stops at the first byte too many, so memory stays bounded by
 * the declared size and `limit` (200 MB unless told).
 * Rejects with a {@link DataFileError} for a file that is missing, damaged or not what `options` ask for; with a
 * TypeError, DTypeError or RangeError for arguments that are none.
 */
export async function readIdx<T extends IdxType = IdxType>(
	file: string,
	options: ReadIdxOptions<T> = {},
): Promise<Idx<T>> {
	const path = checkedPath('readIdx', 'file', file);
	const needs = checkedNeeds(options);
	try {
		// Asked before opening: to open a named pipe is to wait for a writer.
		const { size } = await checkFile(path, needs);
		const handle = await open(path);
		try {
			return await readHandle(handle, size, path, needs);
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (error instanceof DataFileError) throw error;
		const reason =
			codeOf(error) === 'ENOENT' ? 'no such file' : `cannot read it: ${systemReason(error)}`;
		throw new DataFileError(path, reason, { cause: error });
	}
}

/** What a caller needs of a file, with the limit that holds. */
interface Needs<T extends IdxType> extends IdxExpectation<T> {
	readonly sha256: string | undefined;
	readonly limit: number;
}

function checkedNeeds<T extends IdxType>(options: ReadIdxOptions<T>): Needs<T> {
	const {
		sha256,
		limit = defaultLimit,
		...expected
	} = checkedOptions('readIdx', options, ['dtype', 'rank', 'sha256', 'limit']);
	if (!(checkedNumber('readIdx', 'limit', limit) >= 0))
		throw new RangeError(`readIdx: limit is ${limit}; it must be a number of bytes from 0`);
	if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(checkedString('readIdx', 'sha256', sha256)))
		throw new RangeError(
			`readIdx: sha256 is ${describe(sha256)}; it must be 64 hexadecimal digits`,
		);
	return { ...checkedExpectation<T>('readIdx', expected), sha256: sha256?.toLowerCase(), limit };
}

async function checkFile(file: string, { limit }: { readonly limit: number }): Promise<Stats> {
	const stats = await stat(file);
	if (!stats.isFile()) throw new DataFileError(file, 'found no ordinary file, needed one');
	if (stats.size > limit) {
		throw new DataFileError(file, `found ${stats.size} bytes, needed at most ${limit}`);
	}
	return stats;
}

async function readHandle<T extends IdxType>(
	handle: FileHandle,
	size: number,
	file: string,
	needs: Needs<T>,
): Promise<Idx<T>> {
	const { bytesRead, buffer } = await handle.read(new Uint8Array(2), 0, 2, 0);
	const gzip = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
	const reader = new IdxReader(file, needs, size, gzip);
	const source = handle.createReadStream({
		start: 0,
		autoClose: false,
		highWaterMark: readChunkBytes,
	});
	try {
		if (!gzip) return await consume(source, reader);
		const gunzip = createGunzip({ chunkSize: inflateChunkBytes });
		source.once('error', (error) => gunzip.destroy(error));
		try {
			return await consume(source.pipe(gunzip), reader);
		} catch (error) {
			if (!codeOf(error).startsWith('Z_')) throw error;
			const what = error instanceof Error ? error.message : String(error);
			throw new DataFileError(file, `the gzip data is damaged: ${what}`, {
				offset: await damagedByte(handle, size),
				cause: error,
			});
		}
	} finally {
		source.destroy();
	}
}

/** Feeds a stream to a reader; leaving the loop by an error destroys the stream. */
async function consume<T extends IdxType>(
	chunks: AsyncIterable<Uint8Array>,
	reader: IdxReader<T>,
): Promise<Idx<T>> {
	for await (const chunk of chunks) reader.push(chunk);
	return reader.finish();
}

interface Body<T extends IdxType> {
	readonly header: IdxHeader<T>;
	readonly payload: Uint8Array;
}

/** Collects the chunks of one IDX file into an array of the declared size, and stops at the first surprise. */
class IdxReader<T extends IdxType> {
	readonly #file: string;
	readonly #needs: Needs<T>;
	readonly #fileBytes: number;
	readonly #gzip: boolean;
	readonly #hash = createHash('sha256');
	#head = new Uint8Array(0);
	#body: Body<T> | undefined;
	#filled = 0;

	constructor(file: string, needs: Needs<T>, fileBytes: number, gzip: boolean) {
		this.#file = file;
		this.#needs = needs;
		this.#fileBytes = fileBytes;
		this.#gzip = gzip;
	}

	push(chunk: Uint8Array): void {
		if (this.#needs.sha256 !== undefined) this.#hash.update(chunk);
		if (this.#body !== undefined) {
			this.#append(this.#body, chunk);
			return;
		}
		const head = new Uint8Array(this.#head.length + chunk.length);
		head.set(this.#head);
		head.set(chunk, this.#head.length);
		this.#head = head;
		if (head.length >= maxHeaderBytes) this.#start();
	}

	finish(): Idx<T> {
		const { header, payload } = this.#body ?? this.#start();
		const { headerBytes } = header;
		if (this.#filled < payload.length) {
			this.#fail(headerBytes + this.#filled, wrongLength(header, this.#filled));
		}
		const { sha256 } = this.#needs;
		const found = this.#hash.digest('hex');
		if (sha256 !== undefined && found !== sha256) {
			this.#fail(undefined, `found SHA-256 ${found}, needed ${sha256}; install it again`);
		}
		return decodeIdx(header, payload);
	}

	#start(): Body<T> {
		const header = parseIdxHeader(this.#head, this.#file, this.#needs, this.#gzip);
		const { headerBytes, payloadBytes } = header;
		if (this.#gzip) {
			if (payloadBytes > BigInt(this.#fileBytes) * maxInflation) {
				this.#fail(
					4,
					`found a declared size of ${payloadBytes} bytes, more than a gzip file of ${this.#fileBytes} bytes can hold`,
				);
			}
		} else {
			const found = this.#fileBytes - headerBytes;
			if (payloadBytes !== BigInt(found)) {
				const end = payloadBytes > found ? this.#fileBytes : headerBytes + Number(payloadBytes);
				this.#fail(end, wrongLength(header, found));
			}
		}
		const { limit } = this.#needs;
		if (payloadBytes > limit) {
			this.#fail(4, `found a declared size of ${payloadBytes} bytes, needed at most ${limit}`);
		}
		const body = { header, payload: new Uint8Array(Number(payloadBytes)) };
		this.#body = body;
		this.#append(body, this.#head.subarray(headerBytes));
		return body;
	}

	#append({ header, payload }: Body<T>, chunk: Uint8Array): void {
		if (chunk.length > payload.length - this.#filled) {
			this.#fail(header.headerBytes + payload.length, wrongLength(header, 'more'));
		}
		payload.set(chunk, this.#filled);
		this.#filled += chunk.length;
	}

	#fail(offset: number | undefined, reason: string): never {
		throw new DataFileError(
			this.#file,
			reason,
			offset === undefined ? {} : { offset, inflated: this.#gzip },
		);
	}
}
