import type { LabelledImages, Recipe, RunSettings } from '@pullback/mnist/browser';
import { batchesOf, OfImages, optimizerOf } from '@pullback/mnist/parts';
import { type Callback, fit, type Sequential } from '@pullback/nn';
import type { Report } from '../protocol.ts';
import type { Tester } from './tester.ts';

/** Milliseconds between two reports of steps: often enough that curves seem to flow. */
const betweenReports = 100;

/** The part of the time that tests may take, and the least time between two of them, in milliseconds. */
const testingPart = 0.2;
const betweenTests = 700;

/** What a run tells. */
export type RunReport = Extract<Report, { kind: 'steps' | 'tested' | 'stopped' }>;

/** What a run is made of. */
export interface RunParts {
	readonly model: Sequential;
	readonly recipe: Recipe;
	readonly settings: RunSettings;
	readonly train: LabelledImages;
	readonly tester: Tester;
}

/** A run of training that reports as it goes, stops between any two steps, and goes on where it stopped. */
export class LiveRun {
	/** The steps that have been made. */
	step = 0;
	readonly #parts: RunParts;
	readonly #tell: (report: RunReport) => void;
	#batches = 1;
	/** Of the steps since the last report. */
	#losses: number[] = [];
	#milliseconds = 0;
	#stepBegan = 0;
	#nextReport = 0;
	#nextTest = 0;
	#tested = -1;
	#isStopped = false;
	#isDropped = false;
	/** What wakes the run from its sleep; null while it is awake. */
	#wake: (() => void) | null = null;

	constructor(parts: RunParts, tell: (report: RunReport) => void) {
		this.#parts = parts;
		this.#tell = tell;
	}

	/** Trains until all epochs are done, or the run is dropped; rejects with what `fit` rejects with. */
	async train(): Promise<void> {
		const { model, recipe, settings, train } = this.#parts;
		const batches = batchesOf(settings, train);
		this.#batches = batches.length;
		this.#stepBegan = performance.now();
		const { ended } = await fit(new OfImages(model, recipe.imageShape), batches, {
			loss: recipe.loss,
			optimizer: optimizerOf(settings, model, batches.length),
			epochs: settings.epochs,
			callbacks: [this.#follow],
			progress: 'none',
			check: 'finite',
		});
		if (ended !== 'finished') return;
		this.#report();
		this.#tell({ kind: 'stopped', step: this.step, finished: true });
	}

	/** Stops the run once its step at hand is done. */
	stop(): void {
		this.#isStopped = true;
	}

	goOn(): void {
		this.#isStopped = false;
		this.#wake?.();
	}

	/** Ends the run once its step at hand is done; it tells no more. */
	drop(): void {
		this.#isDropped = true;
		this.#wake?.();
	}

	readonly #follow: Callback = async (event) => {
		if (event.kind !== 'step') return;
		const now = performance.now();
		this.#milliseconds += now - this.#stepBegan;
		this.#losses.push(event.loss);
		this.step = event.steps;
		if (this.#isDropped) return 'stop';
		if (now >= this.#nextReport || this.#isStopped) this.#report();
		if (now >= this.#nextTest) await this.#test();
		while (this.#isStopped && !this.#isDropped) await this.#rest();
		this.#stepBegan = performance.now();
		return this.#isDropped ? 'stop' : undefined;
	};

	#report(): void {
		this.#tell({
			kind: 'steps',
			step: this.step,
			epoch: this.step / this.#batches,
			losses: Float32Array.from(this.#losses),
			milliseconds: this.#milliseconds,
		});
		[this.#losses, this.#milliseconds] = [[], 0];
		this.#nextReport = performance.now() + betweenReports;
	}

	async #test(): Promise<void> {
		const began = performance.now();
		const tested = await this.#parts.tester.test(() => !this.#isDropped);
		if (tested === null) return;
		const ended = performance.now();
		this.#nextTest = ended + Math.max((ended - began) / testingPart, betweenTests);
		this.#tested = this.step;
		this.#tell({ kind: 'tested', step: this.step, ...tested });
	}

	/** Sleeps where the run was stopped, once the weights that it has come to are tested. */
	async #rest(): Promise<void> {
		this.#tell({ kind: 'stopped', step: this.step, finished: false });
		if (this.#tested !== this.step) await this.#test();
		if (!this.#isStopped || this.#isDropped) return;
		await new Promise<void>((resolve) => {
			this.#wake = resolve;
		});
		this.#wake = null;
	}
}
