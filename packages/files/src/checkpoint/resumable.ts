import { checkedCount, checkedOptions } from '@pullback/core/arguments';
import { DataFileError } from '../dataFileError.ts';
import { isMissing } from '../paths.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { type Handle, isHandle, readHandle } from './handle.ts';
import type { Notes } from './notes.ts';
import type { Parts } from './parts.ts';

/** Where a run of training stands, as `fit` takes and tells it. */
export type RunPosition = { readonly epoch: number; readonly batch: number };

/** Options of `resumable`. */
export interface ResumableOptions {
	/** The steps from one checkpoint to the next; if left out, there is one after each epoch, and at the end. */
	readonly everySteps?: number;
}

/** A run of training that goes on where its last checkpoint was written. */
export interface Resumable {
	/** Where it begins: the option `start` of `fit`. */
	readonly start: RunPosition;
	/** Writes checkpoints: a callback of `fit`. */
	save(event: {
		readonly kind: string;
		readonly steps?: number;
		readonly next: RunPosition;
	}): Promise<undefined>;
}

/**
 * A run of training that can be killed at any moment: started again, it goes on from its last checkpoint in `file`, where
 * there is one, and ends with the bits of one that was never interrupted. `parts` are all that has state, such as
 * `{ model, optimizer }`: parameters, buffers, random streams, the number of steps. Rejects as `loadCheckpoint` does.
 */
export async function resumable(
	file: string | Handle,
	parts: Parts,
	options?: ResumableOptions,
): Promise<Resumable> {
	const { everySteps } = checkedOptions('resumable', options, ['everySteps']);
	if (everySteps !== undefined && checkedCount('resumable', 'everySteps', everySteps) < 1)
		throw new RangeError(
			`resumable: everySteps is ${everySteps}; it must be a whole number from 1`,
		);
	const notes = await notesIfThere(file, parts);
	let saved = textOf(notes === null ? null : positionIn(file, notes));
	return {
		start: notes === null ? { epoch: 0, batch: 0 } : positionIn(file, notes),
		save: async ({ kind, steps = 0, next }) => {
			const isDue =
				kind === 'step' ? everySteps !== undefined && steps % everySteps === 0 : kind !== 'step';
			const { epoch, batch } = next;
			// The end of a run often is that of an epoch, which has been written.
			if (!isDue || textOf(next) === saved) return undefined;
			await saveCheckpoint(file, parts, { epoch, batch });
			saved = textOf(next);
			return undefined;
		},
	};
}

function textOf(position: RunPosition | null): string | null {
	return position && `${position.epoch} ${position.batch}`;
}

function positionIn(file: string | Handle, { epoch, batch }: Notes): RunPosition {
	if (Number.isSafeInteger(epoch) && Number.isSafeInteger(batch))
		return { epoch, batch } as RunPosition; // checked
	throw new DataFileError(
		typeof file === 'string' ? file : file.name,
		'found a checkpoint without a position, needed one that resumable wrote',
	);
}

/** The notes of a checkpoint that was loaded; null if there is none. */
async function notesIfThere(file: string | Handle, parts: Parts): Promise<Notes | null> {
	// A handle that was asked for, to create it, is of a file that holds nothing.
	if (isHandle(file) && (await readHandle(file)).length === 0) return null;
	try {
		return await loadCheckpoint(file, parts);
	} catch (error) {
		if (error instanceof DataFileError && isMissing(error.cause)) return null;
		throw error;
	}
}
