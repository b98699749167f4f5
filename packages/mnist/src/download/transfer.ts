import type { FileHandle } from 'node:fs/promises';

/** A file as a mirror is to give it. */
export interface WantedFile {
	readonly name: string;
	/** Its size in bytes. */
	readonly bytes: number;
	/** The SHA-256 of its bytes, in hexadecimal. */
	readonly sha256: string;
}

/** Why a mirror did not give a file whole. */
export class TransferError extends Error {
	override readonly name = 'TransferError';
}

/** How a transfer tells where it stands and is stopped. */
export interface TransferOptions {
	/** Aborts it; what has come is kept. */
	readonly signal: AbortSignal;
	/** Milliseconds without a byte until it is given up. */
	readonly stallMs: number;
	/** Told how many bytes of the file are there. */
	readonly onBytes: (done: number) => void;
}

/** All of IDX is packed by gzip, of which these are the first bytes. */
const gzipStart = [0x1f, 0x8b];

/**
 * Asks one address for a file, and appends what comes to its part on the disk, of which the first `done` bytes are there: a
 * mirror that can is asked for the rest alone, and what gives all from the beginning is written over what is there. A
 * page of HTML and whatever else is not the file is refused before the part is touched.
 * Rejects with a {@link TransferError} for what the mirror does, and with what the signal gives for an interruption.
 */
export async function transfer(
	url: string,
	{ bytes }: WantedFile,
	part: FileHandle,
	done: number,
	options: TransferOptions,
): Promise<void> {
	const { signal, stallMs, onBytes } = options;
	const watch = new Watch(signal, stallMs);
	try {
		const response = await fetch(url, {
			headers: {
				// Packed once more for the way, the bytes would be others than those asked for.
				'accept-encoding': 'identity',
				...(done > 0 && { range: `bytes=${done}-` }),
			},
			signal: watch.signal,
		});
		let at = startOf(response, bytes, done);
		let isFirst = true;
		for await (const chunk of response.body ?? []) {
			watch.alive();
			if (isFirst && at === 0) {
				if (chunk.length === 0) continue;
				if (chunk[0] !== gzipStart[0] || (chunk.length > 1 && chunk[1] !== gzipStart[1]))
					throw new TransferError('it sent something that is no gzip file');
				// What an earlier transfer left behind the bytes that come now is the rest of the file, as far as is known.
				if (done === 0) await part.truncate(0);
			}
			isFirst = false;
			if (at + chunk.length > bytes)
				throw new TransferError(`it sent more than the ${bytes} bytes of the file`);
			await part.write(chunk, 0, chunk.length, at);
			at += chunk.length;
			onBytes(at);
		}
		if (at < bytes) throw new TransferError(`it ended after ${at} of ${bytes} bytes`);
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof TransferError) throw error;
		if (watch.stalled) throw new TransferError(`it sent nothing for ${stallMs / 1000} s`);
		throw new TransferError(reasonOf(error), { cause: error });
	} finally {
		watch.end();
	}
}

/** Where in the file the bytes of a response begin; refuses what is not the file or its rest. */
function startOf(response: Response, bytes: number, done: number): number {
	const { status, headers } = response;
	if (status !== 200 && status !== 206) {
		void response.body?.cancel();
		throw new TransferError(`it answered ${`${status} ${response.statusText}`.trim()}`);
	}
	const type = headers.get('content-type') ?? '';
	if (/html/i.test(type)) throw new TransferError(`it sent a page of ${type.split(';')[0]}`);
	if (status === 200) {
		const length = headers.get('content-length');
		if (length !== null && Number(length) !== bytes)
			throw new TransferError(`it declared ${length} bytes, and the file has ${bytes}`);
		return 0;
	}
	const range = headers.get('content-range') ?? 'nothing';
	const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range) ?? [];
	const isRest = Number(start) === done && Number(end) === bytes - 1;
	if (!isRest || (total !== '*' && Number(total) !== bytes))
		throw new TransferError(
			`it gave the range ${range}, and was asked for bytes ${done}-${bytes - 1}/${bytes}`,
		);
	return done;
}

/** What the system, or fetch, says, in its innermost words. */
function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

/** Aborts what takes its signal once nothing has happened for some time, or another signal aborts. */
class Watch {
	stalled = false;
	readonly signal: AbortSignal;
	readonly #controller = new AbortController();
	readonly #timer: NodeJS.Timeout;

	constructor(outer: AbortSignal, stallMs: number) {
		this.signal = AbortSignal.any([outer, this.#controller.signal]);
		this.#timer = setTimeout(() => {
			this.stalled = true;
			this.#controller.abort();
		}, stallMs);
	}

	/** Something has happened. */
	alive(): void {
		this.#timer.refresh();
	}

	/** Nothing is to be watched any longer; what is still on its way is let go. */
	end(): void {
		clearTimeout(this.#timer);
		this.#controller.abort();
	}
}
