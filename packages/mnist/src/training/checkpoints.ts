import { existsSync } from 'node:fs';
import { checkedCount } from '@pullback/core/arguments';
import { DataFileError } from '@pullback/files';
import { checkedPath } from '@pullback/files/paths';
import type { Position } from '@pullback/nn';
import { loadRun, type RunParts, type RunState, readRun, saveRun } from './runState.ts';

/** Where checkpoints of a run are written, how often, and what it goes on from. */
export interface CheckpointOptions {
	readonly checkpoint: string | undefined;
	readonly checkpointEvery: number | undefined;
	readonly resume: string | undefined;
}

/** The checkpoints of a run: the one that it goes on from, and those that it writes. */
export class Checkpoints {
	/** What the run goes on from; null for a new one. */
	readonly state: RunState | null;
	readonly #resume: string | null;
	/** Where they are written; null for nowhere. */
	readonly #file: string | null;
	readonly #every: number | null;
	#parts: RunParts | null = null;
	#last: Position | null = null;

	private constructor(
		resume: { readonly file: string; readonly state: RunState } | null,
		file: string | null,
		every: number | null,
	) {
		this.state = resume?.state ?? null;
		this.#resume = resume?.file ?? null;
		this.#file = file;
		this.#every = every;
	}

	/** Reads what the run goes on from. Refuses to write over a file that it does not go on from. */
	static async open(
		operation: string,
		{ checkpoint, checkpointEvery, resume }: CheckpointOptions,
	): Promise<Checkpoints> {
		const from = resume === undefined ? null : checkedPath(operation, 'resume', resume);
		const file = checkpoint === undefined ? from : checkedPath(operation, 'checkpoint', checkpoint);
		if (checkpointEvery !== undefined) {
			if (checkedCount(operation, 'checkpointEvery', checkpointEvery) < 1)
				throw new RangeError(
					`${operation}: checkpointEvery is ${checkpointEvery}; it must be a whole number from 1`,
				);
			if (file === null)
				throw new RangeError(
					`${operation}: checkpointEvery is ${checkpointEvery}, and there is no checkpoint to write; name its file, too`,
				);
		}
		if (file !== null && file !== from && existsSync(file))
			throw new DataFileError(
				file,
				'found a file where checkpoints are to be written; resume it, or remove it',
			);
		const read = from === null ? null : { file: from, state: await readRun(from) };
		return new Checkpoints(read, file, checkpointEvery ?? null);
	}

	/** Gives the parts of a run what they go on from. Rejects with a {@link DataFileError} for a run on other labels. */
	async load(parts: RunParts, labelsSha256: string): Promise<void> {
		this.#parts = parts;
		if (this.state === null || this.#resume === null) return;
		if (this.state.labelsSha256 !== labelsSha256)
			throw new DataFileError(
				this.#resume,
				'found a run on other training images than those that are given; pass the ones that it began with',
			);
		await loadRun(this.#resume, parts);
		if (this.#resume === this.#file) this.#last = this.state.position;
	}

	/** Whether a checkpoint is written after a step of this number, from 1. */
	isDueAfter(step: number): boolean {
		return this.#file !== null && this.#every !== null && step % this.#every === 0;
	}

	/** Writes what a run has come to, unless that is what was written last. */
	async save(state: RunState): Promise<void> {
		if (this.#file === null || this.#parts === null) return;
		const { epoch, batch } = state.position;
		if (this.#last?.epoch === epoch && this.#last.batch === batch) return;
		await saveRun(this.#file, this.#parts, state);
		this.#last = state.position;
	}

	/** What was written last, in words; null if nothing was. */
	get last(): string | null {
		if (this.#file === null || this.#last === null) return null;
		const { epoch, batch } = this.#last;
		return `${this.#file} is as of epoch ${epoch + 1}, after its batch ${batch}`;
	}
}
