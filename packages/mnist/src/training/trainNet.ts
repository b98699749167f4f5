import { createHash } from 'node:crypto';
import { NonFiniteError } from '@pullback/core';
import { checkedFunction, checkedOptions } from '@pullback/core/arguments';
import { Accuracy, type Callback, fit, type Sequential } from '@pullback/nn';
import { checkSignal } from '../checkSignal.ts';
import { datasetOf, type LabelledImages, type Mnist } from '../labelledImages.ts';
import { OfImages } from '../recipes/ofImages.ts';
import { recipes } from '../recipes/table.ts';
import { checkedInputs, sizeOf, TrainingError } from '../trainingSets.ts';
import { Checkpoints } from './checkpoints.ts';
import type { Losses, NetEpoch } from './history.ts';
import { type NetEvent, NetRun } from './netRun.ts';
import { batchesOf, newNet, optimizerOf } from './parts.ts';
import { checkedSettings, type RunSettings, resumedSettings } from './settings.ts';

/** How to train a net; settings left out are those of its recipe, the recipe two-layer and the seed 0. */
export interface TrainNetOptions extends Partial<RunSettings> {
	/** A file that checkpoints are written to, each in place of the one before; none if left out, unless a run goes on. */
	readonly checkpoint?: string;
	/** The steps from one checkpoint to the next; if left out, there is one after each epoch, and at the end. */
	readonly checkpointEvery?: number;
	/** A checkpoint to go on from, which further ones replace, unless `checkpoint` is another file. */
	readonly resume?: string;
	/** Told what happens, as it happens. */
	readonly onEvent?: (event: NetEvent) => void;
	/** When it aborts, the step at hand is finished, a checkpoint written, and the result tells what was reached. */
	readonly signal?: AbortSignal;
}

/** What a training run reached. */
export interface NetTraining {
	readonly settings: RunSettings;
	/** The net, of images in the form of its recipe. */
	readonly model: Sequential;
	/** Steps made, those before the run went on included. */
	readonly steps: number;
	/** The time for training and evaluation, since the run went on. */
	readonly seconds: number;
	readonly epochs: readonly NetEpoch[];
	readonly losses: Losses & { readonly every: number };
	readonly interrupted: boolean;
}

const operation = 'trainNet';

/** Test images that are evaluated at once: enough to be fast, few enough that an interruption waits little. */
const evaluationBatch = 500;

/**
 * Trains the net of a recipe by `fit` of nn, on every training image once in an epoch, and evaluates the test images after
 * each. The same settings and data give the same weights, to the bit, on any number of threads, however often the run was
 * interrupted and went on from a checkpoint. `data` is as `loadMnist` gives it by default, or with pixels as bytes.
 * Rejects with a {@link TrainingError} for unfit sets, and for a step that would make a number that is not finite, before
 * it changes a parameter; with a DataFileError for files; with TypeError and RangeError for wrong options.
 */
export async function trainNet(data: Mnist, options?: TrainNetOptions): Promise<NetTraining> {
	const { checkpoint, checkpointEvery, resume, onEvent, signal, ...given } = checkedOptions(
		operation,
		options,
		[
			'recipe',
			'optimizer',
			'learningRate',
			'schedule',
			'epochs',
			'batchSize',
			'seed',
			'checkpoint',
			'checkpointEvery',
			'resume',
			'onEvent',
			'signal',
		],
	);
	if (onEvent !== undefined) checkedFunction(operation, 'onEvent', onEvent);
	if (signal !== undefined) checkSignal(operation, signal);
	const checkpoints = await Checkpoints.open(operation, { checkpoint, checkpointEvery, resume });
	const saved = checkpoints.state;
	const settings =
		saved === null
			? checkedSettings(operation, given)
			: resumedSettings(operation, saved.settings, given, saved.position);
	const pixels = checkedInputs(operation, data);
	if (pixels !== 784)
		throw new TrainingError(`found images of ${pixels} pixels, needed 784, which the recipes take`);
	const start = performance.now();
	const { epochs, batchSize } = settings;
	const batches = batchesOf(settings, data.train);
	const model = newNet(settings);
	const optimizer = optimizerOf(settings, model, batches.length);
	const labelsSha256 = sha256Of(data.train);
	await checkpoints.load({ model, optimizer }, labelsSha256);
	const accuracy = new Accuracy();
	const length = { epochs, images: sizeOf(data.train), batchSize };
	const run = new NetRun(length, saved, () => accuracy.value().item());
	const follow: Callback = async (event) => {
		const told = run.add(event);
		if (told !== null) onEvent?.(told);
		if (event.kind === 'step' && !checkpoints.isDueAfter(run.step)) return;
		const { position, losses, part, epochs: results } = run;
		await checkpoints.save({ settings, labelsSha256, position, epochs: results, losses, part });
	};
	try {
		const { imageShape, loss } = recipes[settings.recipe];
		const { ended } = await fit(new OfImages(model, imageShape), batches, {
			loss,
			optimizer,
			epochs,
			start: run.position,
			metrics: { accuracy },
			validation: datasetOf(data.test).batches({ size: evaluationBatch }),
			callbacks: [follow],
			progress: 'none',
			check: 'finite',
			...(signal !== undefined && { signal }),
		});
		const seconds = (performance.now() - start) / 1000;
		const interrupted = ended === 'aborted';
		const { step: steps, epochs: results, losses } = run;
		return { settings, model, steps, seconds, epochs: results, losses, interrupted };
	} catch (error) {
		if (error instanceof NonFiniteError) throw notFinite(error, run.step + 1, checkpoints.last);
		throw error;
	}
}

function sha256Of({ labels }: LabelledImages): string {
	return createHash('sha256').update(Uint8Array.from(labels.data())).digest('hex');
}

/** The error of a step that would have made a number that is not finite; the parameters are as they were before it. */
function notFinite(error: NonFiniteError, step: number, saved: string | null): TrainingError {
	const what = error.message.replace(/^compile: /, '');
	const kept = saved === null ? '' : `; ${saved}`;
	return new TrainingError(`step ${step}: ${what}; lower the learning rate${kept}`, {
		cause: error,
	});
}
