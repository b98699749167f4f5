import { setImmediate } from 'node:timers/promises';
import {
	argmax,
	cast,
	compile,
	div,
	equal,
	type Node,
	type Operand,
	randomIntegers,
	randomKey,
	splitKey,
	sum,
	take,
	variable,
} from '@pullback/core';
import { checkedFunction, checkedOptions, describe } from '@pullback/core/arguments';
import {
	Affine,
	normalInitializer,
	Relu,
	type Sequential,
	SGD,
	sequential,
	softmaxCrossEntropy,
} from '@pullback/nn';
import { classes, type LabelledImages, type Mnist } from './dataset.ts';
import type { ProgressState } from './progress.ts';
import { checkedNumbers, type RecipeNumbers } from './recipeNumbers.ts';
import { checkedInputs, sizeOf, TrainingError } from './trainingSets.ts';

/** The numbers of the recipe, and how to follow and stop a run. */
export interface RecipeOptions extends RecipeNumbers {
	/** Told what happens, as it happens. */
	readonly onEvent?: (event: TrainingEvent) => void;
	/** When it aborts, the step at hand is finished and the result tells what was reached. */
	readonly signal?: AbortSignal;
}

/** How good the net was at one moment. */
export interface EpochResult {
	/** Passes over the training set so far; not whole at the end of a run that stops within one. */
	readonly epoch: number;
	/** The share of the training images that the net reads right. */
	readonly trainAccuracy: number;
	/** The share of the test images that the net reads right. */
	readonly testAccuracy: number;
	/** The mean cross-entropy over the training set, in nats. */
	readonly loss: number;
}

/** What a training run tells while it lasts. */
export type TrainingEvent =
	| ({ readonly kind: 'step' } & ProgressState)
	| { readonly kind: 'evaluating'; readonly done: number; readonly total: number }
	| { readonly kind: 'epoch'; readonly result: EpochResult };

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

/** The standard deviation of the first weights. */
const weightStd = 0.01;

/** Images that are evaluated at once: enough to be fast, few enough that an interruption waits little. */
const evaluationChunk = 1000;

/** So many elements a tensor holds at the most. */
const mostElements = 2 ** 31 - 1;

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
	if (signal !== undefined) checkSignal(signal);
	const start = performance.now();
	const training = new Training(data, checkedNumbers(operation, numbers));
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

/** Refuses a number of rows of which a tensor would hold more elements than tensors can. */
function checkSize(name: string, rows: number, width: number): void {
	const most = Math.floor(mostElements / width);
	if (rows <= most) return;
	throw new RangeError(
		`${operation}: ${name} is ${rows}, needs at most ${most} with ${width} numbers for each; tensors hold ${mostElements} elements`,
	);
}

/** By what it can be asked: there are signals of other classes than the system's. */
function checkSignal(signal: AbortSignal): void {
	if (typeof signal === 'object' && typeof signal?.aborted === 'boolean') return;
	throw new TypeError(`${operation}: signal is ${describe(signal)}; it must be an AbortSignal`);
}

/** The numbers of a set's rows, and a program that tells for some how many are read right, and the mean loss. */
interface Score {
	readonly rows: Int32Array;
	readonly score: (rows: Operand) => { readonly right: Node; readonly loss: Node };
}

/** The rows are the program's input, and the whole set is a part of it: an engine keeps that in its memory. */
function scoreOf(model: Sequential, set: LabelledImages): Score {
	const score = compile((rows: Node) => {
		const logits = model.forward(pixelsOf(set, rows));
		const labels = take(set.labels, rows);
		return {
			right: sum(equal(argmax(logits, 1), labels)),
			loss: softmaxCrossEntropy(logits, labels),
		};
	});
	return { rows: Int32Array.from({ length: sizeOf(set) }, (_, row) => row), score };
}

/** Some rows of the images, from 0 to 1; bytes are scaled only once picked, so that no scaled set is kept. */
function pixelsOf({ images }: LabelledImages, rows: Node): Node {
	const picked = take(images, rows);
	return images.dtype === 'u8' ? div(cast(picked, 'f32'), 255) : picked;
}

/** One run: what it has reached, and the events that take it further. */
class Training {
	readonly model: Sequential;
	readonly history: EpochResult[] = [];
	iteration = 0;
	finished = false;
	readonly #train: Score;
	readonly #test: Score;
	readonly #iterations: number;
	readonly #batchSize: number;
	readonly #step: () => Node;
	readonly #epochLength: number;

	constructor(
		data: Mnist,
		{ iterations, batchSize, hidden, learningRate, seed }: Required<RecipeNumbers>,
	) {
		const inputs = checkedInputs(operation, data);
		checkSize('hidden', hidden, Math.max(inputs, classes));
		checkSize('batchSize', batchSize, Math.max(inputs, hidden, classes));
		const { train, test } = data;
		const keys = splitKey(randomKey(seed), 3);
		const weight = normalInitializer(weightStd);
		const model = sequential(
			new Affine({ inputs, outputs: hidden, key: keys.slice(0), weight }),
			new Relu(),
			new Affine({ inputs: hidden, outputs: classes, key: keys.slice(1), weight }),
		);
		const optimizer = new SGD(model.parameters(), { learningRate });
		const batchKey = variable(keys.slice(2), { name: 'batchKey' });
		this.model = model;
		this.#iterations = iterations;
		this.#batchSize = batchSize;
		this.#epochLength = Math.max(Math.floor(sizeOf(train) / batchSize), 1);
		this.#step = compile(() => {
			const next = splitKey(batchKey);
			batchKey.assign(next.slice(0));
			const picks = randomIntegers(next.slice(1), [batchSize], { high: sizeOf(train) });
			const logits = model.forward(pixelsOf(train, picks));
			const loss = softmaxCrossEntropy(logits, take(train.labels, picks));
			optimizer.minimize(loss);
			return loss;
		});
		this.#train = scoreOf(model, train);
		this.#test = scoreOf(model, test);
	}

	/** Trains and evaluates, one step or chunk of images between two events. */
	*run(): Generator<TrainingEvent, void> {
		let trainingMs = 0;
		let evaluationMs = yield* this.#evaluate();
		while (this.iteration < this.#iterations) {
			const start = performance.now();
			const loss = this.#step().item();
			trainingMs += performance.now() - start;
			this.iteration++;
			this.#checkLoss(loss);
			const stepsLeft = this.#iterations - this.iteration;
			const evaluationsLeft = Math.ceil(stepsLeft / this.#epochLength);
			yield {
				kind: 'step',
				iteration: this.iteration,
				iterations: this.#iterations,
				loss,
				accuracy: this.history.at(-1)?.testAccuracy ?? Number.NaN,
				examplesPerSecond: (1000 * this.iteration * this.#batchSize) / trainingMs,
				secondsLeft:
					((stepsLeft * trainingMs) / this.iteration + evaluationsLeft * evaluationMs) / 1000,
			};
			if (stepsLeft === 0 || this.iteration % this.#epochLength === 0) {
				evaluationMs = yield* this.#evaluate();
			}
		}
	}

	/** Adds to the history; returns the milliseconds it took. */
	*#evaluate(): Generator<TrainingEvent, number> {
		const start = performance.now();
		const before = this.#train.rows.length;
		const total = before + this.#test.rows.length;
		const onTrain = yield* this.#measure(this.#train, 0, total);
		const onTest = yield* this.#measure(this.#test, before, total);
		const result: EpochResult = {
			epoch: this.iteration / this.#epochLength,
			trainAccuracy: onTrain.accuracy,
			testAccuracy: onTest.accuracy,
			loss: onTrain.loss,
		};
		this.history.push(result);
		this.finished = this.iteration === this.#iterations;
		yield { kind: 'epoch', result };
		return performance.now() - start;
	}

	/** How well the net reads one set; `before` of the `total` images are done. */
	*#measure(
		{ rows, score }: Score,
		before: number,
		total: number,
	): Generator<TrainingEvent, { accuracy: number; loss: number }> {
		const count = rows.length;
		let right = 0;
		let loss = 0;
		for (let from = 0; from < count; from += evaluationChunk) {
			const to = Math.min(from + evaluationChunk, count);
			const found = score(rows.subarray(from, to));
			right += found.right.item();
			loss += found.loss.item() * (to - from);
			yield { kind: 'evaluating', done: before + to, total };
		}
		// The last step may have spoilt the weights without a later one to notice.
		this.#checkLoss(loss);
		return { accuracy: right / count, loss: loss / count };
	}

	#checkLoss(loss: number): void {
		if (Number.isFinite(loss)) return;
		throw new TrainingError(
			`found a loss of ${loss} at iteration ${this.iteration}, needed a finite number; lower the learning rate`,
		);
	}
}
