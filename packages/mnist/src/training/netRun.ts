import type { FitEvent, Position } from '@pullback/nn';
import type { ProgressState } from '../progress.ts';
import { TrainingError } from '../trainingSets.ts';
import { LossCurve, type NetEpoch } from './history.ts';
import type { RunState } from './runState.ts';

/** What a training run tells while it lasts. */
export type NetEvent =
	| ({ readonly kind: 'step' } & ProgressState)
	| { readonly kind: 'epoch'; readonly result: NetEpoch };

/** How long a run is. */
export interface RunLength {
	readonly epochs: number;
	readonly batchSize: number;
	/** The steps of an epoch. */
	readonly batches: number;
}

/** What a run has come to, told by the events of `fit`. */
export class NetRun {
	position: Position;
	readonly epochs: NetEpoch[];
	readonly losses: LossCurve;
	readonly #length: RunLength;
	readonly #firstStep: number;
	readonly #start = performance.now();

	/** `saved` is what the run goes on from; null for a new one. */
	constructor(length: RunLength, saved: Pick<RunState, 'position' | 'epochs' | 'losses'> | null) {
		this.#length = length;
		this.position = saved?.position ?? { epoch: 0, batch: 0 };
		this.epochs = [...(saved?.epochs ?? [])];
		this.losses = new LossCurve(length.epochs * length.batches, saved?.losses);
		this.#firstStep = this.step;
	}

	/** The steps so far, those before the run went on included. */
	get step(): number {
		return this.position.epoch * this.#length.batches + this.position.batch;
	}

	/** Takes down an event; returns what there is to tell of it. */
	add(event: FitEvent): NetEvent | null {
		this.position = event.next;
		if (event.kind === 'step') {
			this.losses.add(event.loss);
			return this.#told(event.loss);
		}
		if (event.kind === 'end') return null;
		const { epoch, loss, metrics, validation } = event.record;
		const { accuracy: trainAccuracy = Number.NaN } = metrics;
		const { accuracy: testAccuracy = Number.NaN } = validation?.metrics ?? {};
		const result: NetEpoch = {
			epoch: epoch + 1,
			loss,
			trainAccuracy,
			testLoss: validation?.loss ?? Number.NaN,
			testAccuracy,
		};
		if (!Number.isFinite(result.testLoss))
			throw new TrainingError(
				`found a loss of ${result.testLoss} on the test images after epoch ${epoch + 1}, needed a finite number; lower the learning rate`,
			);
		this.epochs.push(result);
		return { kind: 'epoch', result };
	}

	#told(loss: number): NetEvent {
		const { epochs, batches, batchSize } = this.#length;
		const { step } = this;
		const steps = epochs * batches;
		const seconds = (performance.now() - this.#start) / 1000;
		const done = step - this.#firstStep;
		return {
			kind: 'step',
			iteration: step,
			iterations: steps,
			loss,
			accuracy: this.epochs.at(-1)?.testAccuracy ?? Number.NaN,
			examplesPerSecond: (done * batchSize) / seconds,
			secondsLeft: (seconds * (steps - step)) / done,
		};
	}
}
