import { NonFiniteError, OutOfMemoryError, ThreadError } from '@pullback/core';
import { DataFileError } from '@pullback/files';
import { DownloadError } from '../download/downloadError.ts';
import { TrainingError } from '../trainingSets.ts';

/** A mistake on the command line; the message is one line. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** A flag that a command does not have. */
export class UnknownFlagError extends UsageError {
	/** Its name, without the dashes. */
	readonly flag: string;

	constructor(flag: string, message: string) {
		super(message);
		this.flag = flag;
	}
}

/** What is no mistake of ours: flags, files, what a run comes to, and settings and memory of the machine. */
const foreseen = [
	UsageError,
	DataFileError,
	TrainingError,
	DownloadError,
	NonFiniteError,
	RangeError,
	OutOfMemoryError,
	ThreadError,
] as const;

/** What went wrong, in one line; only of a mistake of ours where it happened. */
export function complaint(error: unknown): string {
	const text = foreseen.some((kind) => error instanceof kind)
		? `${(error as Error).message.replace(/\p{Cc}+/gu, ' ')}${adviceFor(error)}` // of one of these kinds
		: `${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
	return `pullback-mnist: ${text}\n`;
}

/** What to do about it, where the error does not know. */
function adviceFor(error: unknown): string {
	if (error instanceof UsageError) return '; see --help';
	// The engine's memory, and JavaScript's own.
	const memory = error instanceof OutOfMemoryError || /allocation failed/.test(String(error));
	return memory ? '; lower --batch-size or --hidden' : '';
}
