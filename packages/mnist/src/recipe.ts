import { setImmediate } from 'node:timers/promises';
import { checkedFunction, checkedOptions } from '@pullback/core/arguments';
import type { Sequential } from '@pullback/nn';
import { type EpochResult, Training, type TrainingEvent } from './bookTraining.ts';
import { checkSignal } from './checkSignal.ts';
import type { Mnist } from './labelledImages.ts';
import { checkedNumbers, type RecipeNumbers } from './recipeNumbers.ts';

/** The numbers of the recipe, and how to follow and stop a run. */
export interface RecipeOptions extends RecipeNumbers {
	/** Told what happens, as it happens. */
	readonly onEvent?: (event: TrainingEvent) => void;
	/** When it aborts, the step at hand is finished and the result tells what was reached. */
	readonly signal?: AbortSignal;
}

/** What a training run reached. */
export interface TrainingResult {
	readonly model: Sequential;
	/** Steps made: all that were asked for, unless interrupted. */
	readonly iterations: number;
	/** The time for training and evaluation. */
	readonly seconds: number;
	/** At the start, after each epoch and at the end; empty when interrupted before the first evaluation. */
	readonly history: readonly EpochResult[];
	readonly interrupted: boolean;
}

const operation = 'trainTwoLayerNet';

/**
 * Trains a net of two layers as chapter 5 of Deep Learning from Scratch does: affine, ReLU, affine, softmax with
 * cross-entropy; normal weights and zero biases; gradient descent on batches drawn with replacement. It
 * evaluates all images at the start, after each epoch and at the end, and lets other work run between steps.
 * `data` is as `loadMnist` gives it by default, or with pixels as bytes, which take a quarter of the memory and give
 * the same weights. Rejects with a {@link TrainingError} for empty or unfit sets, and when the loss is no longer a
 * finite number; with a RangeError for options out of range, and a TypeError for data and options that are none.
 */
export async function trainTwoLayerNet(
	data: Mnist,
	options: RecipeOptions = {},
): Promise<TrainingResult> {
	const { onEvent, signal, ...numbers } = checkedOptions(operation, options, [
		'iterations',
		'batchSize',
		'hidden',
		'learningRate',
		'seed',
		'onEvent',
		'signal',
	]);
	if (onEvent !== undefined) checkedFunction(operation, 'onEvent', onEvent);
	if (signal !== undefined) checkSignal(operation, signal);
	const start = performance.now();
	const training = new Training(operation, data, checkedNumbers(operation, numbers));
	if (!signal?.aborted) {
		for (const event of training.run()) {
			onEvent?.(event);
			// A signal or a timer is served only while nothing else runs.
			await setImmediate();
			if (signal?.aborted) break;
		}
	}
	const { model, iteration, history, finished } = training;
	const seconds = (performance.now() - start) / 1000;
	return { model, iterations: iteration, seconds, history, interrupted: !finished };
}
