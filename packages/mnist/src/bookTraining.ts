import {
	compile,
	type Node,
	randomIntegers,
	randomKey,
	splitKey,
	take,
	variable,
} from '@pullback/core';
import {
	Affine,
	normalInitializer,
	Relu,
	type Sequential,
	SGD,
	sequential,
	softmaxCrossEntropy,
} from '@pullback/nn';
import { classes, type Mnist } from './labelledImages.ts';
import type { ProgressState } from './progress.ts';
import type { RecipeNumbers } from './recipeNumbers.ts';
import { pixelsOf, type Score, scoreOf } from './score.ts';
import { checkedInputs, sizeOf, TrainingError } from './trainingSets.ts';

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

/** The standard deviation of the first weights. */
const weightStd = 0.01;

/** Images that are evaluated at once: enough to be fast, few enough that an interruption waits little. */
const evaluationChunk = 1000;

/** The largest number of elements of a tensor. */
const maxElements = 2 ** 31 - 1;

/** Refuses a number of rows of which a tensor would hold more elements than tensors can. */
function checkSize(operation: string, name: string, rows: number, width: number): void {
	const most = Math.floor(maxElements / width);
	if (rows <= most) return;
	throw new RangeError(
		`${operation}: ${name} is ${rows}, needs at most ${most} with ${width} numbers for each; tensors hold ${maxElements} elements`,
	);
}

/** One run: what it has reached, and the events that take it further. */
export class Training {
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

	/** `operation` is what errors name. */
	constructor(
		operation: string,
		data: Mnist,
		{ iterations, batchSize, hidden, learningRate, seed }: Required<RecipeNumbers>,
	) {
		const inputs = checkedInputs(operation, data);
		checkSize(operation, 'hidden', hidden, Math.max(inputs, classes));
		checkSize(operation, 'batchSize', batchSize, Math.max(inputs, hidden, classes));
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
