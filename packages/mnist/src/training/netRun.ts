import type { EpochRecord, FitEvent, Position } from '@pullback/nn';
import type { ProgressState } from '../progress.ts';
import { TrainingError } from '../trainingSets.ts';
import { LossCurve, type NetEpoch, type PartOfEpoch } from './history.ts';
import type { RunState } from './runState.ts';

/** What a training run tells while it lasts. */
export type NetEvent =
	| ({ readonly kind: 'step' } & ProgressState)
	| { readonly kind: 'epoch'; readonly result: NetEpoch };

/** How long a run is. */
export interface RunLength {
	readonly epochs: number;
	/** The training images, each of which is in one batch of an epoch. */
	readonly images: number;
	readonly batchSize: number;
}

const noPart: PartOfEpoch = { images: 0, right: 0, loss: 0 };

/** What a training run has come to, by the events of `fit`. */
export class NetRun {
	position: Position;
	readonly epochs: NetEpoch[];
	readonly losses: LossCurve;
	readonly #length: RunLength;
	/** The steps of an epoch. */
	readonly #batches: number;
	readonly #accuracy: () => number;
	readonly #firstStep: number;
	readonly #start = performance.now();
	/** Of the epoch at hand, what there was when the run went on. */
	#before: PartOfEpoch;
	/** The images of the epoch at hand since then, and the sum of losses with those before. */
	#images = 0;
	#loss: number;
	/** Of the last epoch whose batches are all done. */
	#right = 0;

	/**
	 * `saved` is what the run goes on from, null for a new one; `accuracy` tells the share that was read right in the
	 * batches of the epoch at hand since then, as long as `fit` goes over them.
	 */
	constructor(
		length: RunLength,
		saved: Pick<RunState, 'position' | 'epochs' | 'losses' | 'part'> | null,
		accuracy: () => number,
	) {
		this.#length = length;
		this.#batches = Math.ceil(length.images / length.batchSize);
		this.#accuracy = accuracy;
		this.position = saved?.position ?? { epoch: 0, batch: 0 };
		this.epochs = [...(saved?.epochs ?? [])];
		this.losses = new LossCurve(this.steps, saved?.losses);
		this.#before = saved?.part ?? noPart;
		this.#loss = this.#before.loss;
		this.#right = this.#before.right;
		this.#firstStep = this.step;
	}

	/** The steps that the run has in all. */
	get steps(): number {
		return this.#length.epochs * this.#batches;
	}

	/** The steps so far, those before the run went on included. */
	get step(): number {
		return this.position.epoch * this.#batches + this.position.batch;
	}

	/** What there is of the epoch at hand. */
	get part(): PartOfEpoch {
		const { batch } = this.position;
		if (batch === 0) return noPart;
		const images = this.#before.images + this.#images;
		// Once all batches are done, `fit` goes over others.
		const right = batch < this.#batches ? this.#rightSoFar() : this.#right;
		return { images, right, loss: this.#loss };
	}

	/** Takes down an event; returns what there is to tell of it. */
	add(event: FitEvent): NetEvent | null {
		this.position = event.next;
		if (event.kind === 'step') return this.#stepped(event.loss);
		return event.kind === 'epoch' ? this.#finished(event.record) : null;
	}

	#stepped(loss: number): NetEvent {
		const { images, batchSize } = this.#length;
		const { batch } = this.position;
		const own = Math.min(batchSize, images - (batch - 1) * batchSize);
		this.#images += own;
		this.#loss += own * loss;
		if (batch === this.#batches) this.#right = this.#rightSoFar();
		this.losses.add(loss);
		const seconds = (performance.now() - this.#start) / 1000;
		const done = this.step - this.#firstStep;
		return {
			kind: 'step',
			iteration: this.step,
			iterations: this.steps,
			loss,
			accuracy: this.epochs.at(-1)?.testAccuracy ?? Number.NaN,
			examplesPerSecond: (done * batchSize) / seconds,
			secondsLeft: (seconds * (this.steps - this.step)) / done,
		};
	}

	#finished({ epoch, validation }: EpochRecord): NetEvent {
		const { loss: testLoss = Number.NaN, metrics = {} } = validation ?? {};
		const { accuracy: testAccuracy = Number.NaN } = metrics;
		if (!Number.isFinite(testLoss))
			throw new TrainingError(
				`found a loss of ${testLoss} on the test images after epoch ${epoch + 1}, needed a finite number; lower the learning rate`,
			);
		const result: NetEpoch = {
			epoch: epoch + 1,
			loss: this.#loss / this.#length.images,
			trainAccuracy: this.#right / this.#length.images,
			testLoss,
			testAccuracy,
		};
		this.epochs.push(result);
		[this.#before, this.#images, this.#loss, this.#right] = [noPart, 0, 0, 0];
		return { kind: 'epoch', result };
	}

	/** The images of the epoch at hand that were read right. */
	#rightSoFar(): number {
		const since = this.#images === 0 ? 0 : Math.round(this.#images * this.#accuracy());
		return this.#before.right + since;
	}
}
