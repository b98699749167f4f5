import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isMissing, systemReason } from '@pullback/files/paths';
import { DownloadError } from './downloadError.ts';
import { TransferError, transfer, type WantedFile } from './transfer.ts';

/** What a download tells while it lasts. */
export type DownloadEvent =
	/** Bytes of a file that are there, those of earlier runs among them. */
	| { readonly kind: 'bytes'; readonly file: WantedFile; readonly done: number }
	/** A mirror that failed; another is asked, or the same again. */
	| {
			readonly kind: 'failed';
			readonly file: WantedFile;
			readonly url: string;
			readonly reason: string;
	  }
	/** A file that is whole and right: as it was before, or now. */
	| { readonly kind: 'file'; readonly file: WantedFile; readonly found: boolean };

/** Where a download comes from and goes to. */
export interface DownloadPlan {
	readonly files: readonly WantedFile[];
	/** Addresses that the name of a file is added to, in the order in which they are asked. */
	readonly mirrors: readonly string[];
	readonly folder: string;
	readonly stallMs: number;
	/** Milliseconds between two rounds of all mirrors. */
	readonly pauseMs: number;
	readonly signal: AbortSignal;
	readonly onEvent: (event: DownloadEvent) => void;
}

/** How often all mirrors are asked for a file without a byte that is new. */
const fruitlessRounds = 3;

/**
 * Brings files into a folder: each is written as `name.part`, going on where an earlier run stopped, checked by its SHA-256,
 * and takes its name only once all of them are right, so that a folder never holds files of two data sets. Files that are
 * right already are not asked for. Rejects with a {@link DownloadError} if a file cannot be had or written, and with the
 * reason of the signal if that aborts; the parts stay in either case.
 */
export async function download(plan: DownloadPlan): Promise<void> {
	const { files, folder, onEvent } = plan;
	await onDisk(folder, () => mkdir(folder, { recursive: true }));
	const fresh: WantedFile[] = [];
	for (const file of files) {
		plan.signal.throwIfAborted();
		const found = (await hashOf(join(folder, file.name))) === file.sha256;
		if (!found) {
			await fetchPart(file, plan);
			fresh.push(file);
		}
		onEvent({ kind: 'file', file, found });
	}
	for (const { name } of fresh) {
		const path = join(folder, name);
		await onDisk(path, () => rename(partOf(path), path));
	}
}

const partOf = (path: string): string => `${path}.part`;

/** Asks the mirrors in turn until the part of a file is whole and right. */
async function fetchPart(file: WantedFile, plan: DownloadPlan): Promise<void> {
	const { mirrors, folder, signal, stallMs, pauseMs, onEvent } = plan;
	const path = partOf(join(folder, file.name));
	const onBytes = (done: number) => onEvent({ kind: 'bytes', file, done });
	const reasons = new Map<string, string>();
	let goesOn = true;
	const part = await openPart(path);
	try {
		if ((await hashOf(path)) === file.sha256) return;
		let most = (await part.stat()).size;
		for (let fruitless = 0; fruitless < fruitlessRounds; ) {
			for (const mirror of mirrors) {
				const url = addressOf(mirror, file.name);
				try {
					const { size } = await part.stat();
					const done = goesOn && size < file.bytes ? size : 0;
					await transfer(url, file, part, done, { signal, stallMs, onBytes });
					await onDisk(path, () => part.sync());
					const sha256 = await hashOf(path);
					if (sha256 === file.sha256) return;
					// The first bytes, of another mirror or an earlier run, may be the wrong ones: from now on each sends all.
					goesOn = false;
					throw new TransferError(
						`with ${done === 0 ? 'all' : 'the rest'} from it, the SHA-256 is ${sha256}, needed ${file.sha256}`,
					);
				} catch (error) {
					if (!(error instanceof TransferError)) throw error;
					reasons.set(url, error.message);
					onEvent({ kind: 'failed', file, url, reason: error.message });
				}
			}
			const { size } = await part.stat();
			fruitless = goesOn && size > most ? 0 : fruitless + 1;
			most = Math.max(most, size);
			if (fruitless < fruitlessRounds) await setTimeout(pauseMs, undefined, { signal });
		}
	} finally {
		await part.close();
	}
	const told = Array.from(reasons, ([url, reason]) => `${url}: ${reason}`).join('; ');
	throw new DownloadError(
		`${file.name}: no mirror gave it whole: ${told}; try again, which goes on where this stopped, or name another by --mirror`,
	);
}

function addressOf(mirror: string, name: string): string {
	return new URL(name, mirror.endsWith('/') ? mirror : `${mirror}/`).href;
}

/** The part of a file, with what is in it; empty if it is new. */
async function openPart(path: string): Promise<FileHandle> {
	return onDisk(path, async () => {
		try {
			return await open(path, 'r+');
		} catch (error) {
			if (!isMissing(error)) throw error;
			return open(path, 'wx+');
		}
	});
}

/** The SHA-256 of a file; undefined if there is none. */
async function hashOf(path: string): Promise<string | undefined> {
	return onDisk(path, async () => {
		try {
			if (!(await stat(path)).isFile()) throw new Error('found no ordinary file there');
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw error;
		}
		const hash = createHash('sha256');
		for await (const chunk of createReadStream(path)) hash.update(chunk);
		return hash.digest('hex');
	});
}

/** Does something to a file or folder, and names it in errors. */
async function onDisk<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
	try {
		return await act();
	} catch (error) {
		throw new DownloadError(`${path}: ${systemReason(error)}`, { cause: error });
	}
}
