import { describe, isPlain } from '@pullback/core/arguments';
import {
	DataFileError,
	loadCheckpoint,
	type Note,
	readNotes,
	saveCheckpoint,
} from '@pullback/files';
import type { Optimizer, Position, Sequential } from '@pullback/nn';
import type { Losses, NetEpoch, PartOfEpoch } from './history.ts';
import { checkedSettings, type RunSettings, settingNames } from './settings.ts';

/** What has state in a run. */
export interface RunParts {
	readonly model: Sequential;
	readonly optimizer: Optimizer;
}

/** Where a run stands, and what it is a run of. */
export interface RunState {
	readonly settings: RunSettings;
	/** The SHA-256 of the labels that are trained on, in hexadecimal: other data have others. */
	readonly labelsSha256: string;
	readonly position: Position;
	readonly epochs: readonly NetEpoch[];
	readonly losses: Losses;
	readonly part: PartOfEpoch;
}

/** Writes a checkpoint, which has its name only once it is whole. Rejects with a {@link DataFileError}. */
export async function saveRun(file: string, parts: RunParts, state: RunState): Promise<void> {
	const { settings, labelsSha256, position, epochs, losses, part } = state;
	await saveCheckpoint(
		file,
		{ ...parts },
		{
			mnist: {
				settings: { ...settings },
				labelsSha256,
				position: { ...position },
				epochs: epochs.map((each): Note => ({ ...each })),
				losses: { points: [...losses.points], sum: losses.sum, count: losses.count },
				part: { ...part },
			},
		},
	);
}

/** Gives a run the values of a checkpoint. Rejects with a {@link DataFileError} for one of another net or optimiser. */
export async function loadRun(file: string, parts: RunParts): Promise<void> {
	await loadCheckpoint(file, { ...parts });
}

/** What a checkpoint is of. Rejects with a {@link DataFileError} for what is none of a run of these. */
export async function readRun(file: string): Promise<RunState> {
	const { mnist } = await readNotes(file);
	const refuse = (what: string): never => {
		throw new DataFileError(file, `found ${what}, needed a checkpoint of a training run on MNIST`);
	};
	if (!isPlain(mnist)) return refuse('a checkpoint of another program');
	const { settings, labelsSha256, position, epochs, losses, part } = mnist;
	if (!isPlain(settings) || settingNames.some((name) => !(name in settings)))
		return refuse(`settings ${describe(settings)}`);
	if (typeof labelsSha256 !== 'string') return refuse(`labels ${describe(labelsSha256)}`);
	if (!isPlain(position)) return refuse(`a position ${describe(position)}`);
	const { epoch, batch } = position;
	if (!isCount(epoch) || !isCount(batch))
		return refuse(`a position of epoch ${describe(epoch)} and batch ${describe(batch)}`);
	if (!Array.isArray(epochs) || !epochs.every(isNetEpoch)) return refuse('epochs that are none');
	if (!isLosses(losses)) return refuse('losses that are none');
	if (!isPart(part)) return refuse('a part of an epoch that is none');
	return {
		settings: settingsIn(file, settings),
		labelsSha256,
		position: { epoch, batch },
		epochs,
		losses,
		part,
	};
}

function settingsIn(file: string, settings: object): RunSettings {
	try {
		return checkedSettings('settings', settings);
	} catch (cause) {
		throw new DataFileError(file, `found settings of no recipe: ${(cause as Error).message}`, {
			cause,
		});
	}
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) >= 0; // it is a number
}

const epochFields = ['epoch', 'loss', 'trainAccuracy', 'testLoss', 'testAccuracy'] as const;

function isNetEpoch(value: unknown): value is NetEpoch {
	return isPlain(value) && epochFields.every((field) => typeof value[field] === 'number');
}

function isLosses(value: unknown): value is Losses {
	if (!isPlain(value)) return false;
	const { points, sum, count } = value;
	const areNumbers = [sum, count].every((each) => typeof each === 'number');
	return areNumbers && Array.isArray(points) && points.every((each) => typeof each === 'number');
}

const partFields = ['images', 'right', 'loss'] as const;

function isPart(value: unknown): value is PartOfEpoch {
	return isPlain(value) && partFields.every((field) => typeof value[field] === 'number');
}
