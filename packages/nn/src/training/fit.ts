import { type CompileOptions, NonFiniteError } from '@pullback/core';
import {
	checkedCount,
	checkedFunction,
	checkedList,
	checkedOptions,
	describe,
} from '@pullback/core/arguments';
import { Optimizer } from '../optimizers/optimizer.ts';
import { type Batches, batchesOf } from './batches.ts';
import { checkedModel, evaluation } from './evaluate.ts';
import type { Callback, FitEvent } from './events.ts';
import type { EvaluateOptions, Model } from './forward.ts';
import type { EpochRecord, History, Position } from './history.ts';
import { checkedMetrics } from './measure.ts';
import { Pass } from './pass.ts';
import { pauses } from './pause.ts';
import { type Progress, progressMeter, streamOf } from './progress.ts';
import { type OfGradients, stepOfOne, stepOfSeveral } from './step.ts';

/** How a model is trained. */
export interface FitOptions<Input, Target, Output>
	extends EvaluateOptions<Output, Target>,
		CompileOptions {
	/** What moves the parameters; its learning rate may be a schedule. */
	readonly optimizer: Optimizer;
	/** The passes over the data in all, those before `start` included. */
	readonly epochs: number;
	/** Data that is not trained on, measured after each epoch. */
	readonly validation?: Batches<Input, Target>;
	/** What becomes of the gradients before a step, such as `(all) => clipByNorm(all, 1)`; as they are if left out. */
	readonly gradients?: OfGradients;
	/** The number of batches whose gradients are averaged for one step; 1 if left out. The last step of an epoch may have fewer. */
	readonly accumulate?: number;
	/** Told what happens, in this order, and waited for. */
	readonly callbacks?: readonly Callback[];
	/** Where progress is told; 'auto' if left out: on the standard error stream of the process, where there is one. */
	readonly progress?: Progress;
	/** When it aborts, the step at hand is finished, and the history says what was reached. */
	readonly signal?: AbortSignal;
	/** Where to go on: the `next` of an earlier history, once Variables are as they were; from the first batch if left out. */
	readonly start?: Position;
}

/**
 * Trains a model, epoch by epoch, batch by batch: one compiled step of its mode 'train' and of its optimiser. Metrics of
 * training are those of each batch before its step. Other work runs between steps. Rejects with a NonFiniteError for a
 * loss that is no finite number, and with what data and callbacks throw; what is no option of its kind is a TypeError or a
 * RangeError.
 */
export async function fit<Input, Target, Output>(
	model: Model<Input, Output>,
	data: Batches<Input, Target>,
	options: FitOptions<Input, Target, Output>,
): Promise<History> {
	const given = checkedFit(model, options);
	const { epochs, start, signal, validation } = given;
	const run = new Run(given.callbacks, start);
	const step =
		given.accumulate === 1
			? stepOfOne(model, given)
			: stepOfSeveral(model, given.accumulate, given);
	const measure = evaluation('fit', model, given);
	const pause = pauses();
	if (signal?.aborted) return run.end('aborted');
	for (let { epoch, batch: first } = start; epoch < epochs; epoch++, first = 0) {
		const began = performance.now();
		const pass = new Pass('fit', given.metrics);
		let batch = first;
		let loss = Number.NaN;
		for await (const each of batchesOf('fit', 'data', data, epoch, first)) {
			const [examples, measured] = step.add(each);
			pass.add(examples, measured);
			loss = measured.loss;
			checkLoss(loss, epoch, batch);
			batch++;
			if (step.pending > 0) continue;
			if (await run.stepped(loss, { epoch, batch })) return run.end('stopped');
			await pause();
			if (signal?.aborted) return run.end('aborted');
		}
		if (step.pending > 0) {
			step.flush();
			if (await run.stepped(loss, { epoch, batch })) return run.end('stopped');
		}
		const record = {
			epoch,
			batches: batch,
			...pass.measured,
			validation: validation === null ? null : await measure(validation, epoch, signal),
			seconds: (performance.now() - began) / 1000,
		};
		// Of an evaluation that was broken off there is nothing to tell.
		if (signal?.aborted) return run.end('aborted');
		if (await run.finishedEpoch(record)) return run.end('stopped');
	}
	return run.end('finished');
}

/** What a run has come to, and whom it tells. */
class Run {
	readonly #callbacks: readonly Callback[];
	readonly #epochs: EpochRecord[] = [];
	#steps = 0;
	#next: Position;

	constructor(callbacks: readonly Callback[], start: Position) {
		this.#callbacks = callbacks;
		this.#next = start;
	}

	/** Tells of a step; whether the run stops. */
	stepped(loss: number, next: Position): Promise<boolean> {
		this.#steps++;
		this.#next = next;
		return this.#tell({ kind: 'step', loss, steps: this.#steps, next });
	}

	/** Tells of an epoch; whether the run stops. */
	finishedEpoch(record: EpochRecord): Promise<boolean> {
		this.#epochs.push(record);
		this.#next = { epoch: record.epoch + 1, batch: 0 };
		return this.#tell({ kind: 'epoch', record, next: this.#next });
	}

	async end(ended: History['ended']): Promise<History> {
		await this.#tell({ kind: 'end', ended, next: this.#next });
		return { epochs: this.#epochs, steps: this.#steps, next: this.#next, ended };
	}

	async #tell(event: FitEvent): Promise<boolean> {
		let stops = false;
		for (const callback of this.#callbacks) stops = (await callback(event)) === 'stop' || stops;
		return stops;
	}
}

function checkLoss(loss: number, epoch: number, batch: number): void {
	if (Number.isFinite(loss)) return;
	throw new NonFiniteError(
		`fit: the loss of batch ${batch} in epoch ${epoch} is ${loss}, and parameters may be no numbers since; lower the learning rate, or find the operation that made it by check: 'finite'`,
	);
}

/** Options with what is left out, each checked. */
function checkedFit<Input, Target, Output>(
	model: Model<Input, Output>,
	options: FitOptions<Input, Target, Output>,
) {
	checkedModel('fit', model);
	const {
		loss,
		optimizer,
		epochs,
		validation = null,
		metrics = {},
		gradients = null,
		accumulate = 1,
		callbacks = [],
		progress = 'auto',
		signal,
		start = { epoch: 0, batch: 0 },
		check,
	} = checkedOptions('fit', options, [
		'loss',
		'optimizer',
		'epochs',
		'validation',
		'metrics',
		'gradients',
		'accumulate',
		'callbacks',
		'progress',
		'signal',
		'start',
		'check',
	]) as FitOptions<Input, Target, Output>; // what is left out is refused below
	checkedFunction('fit', 'loss', loss);
	if (!(optimizer instanceof Optimizer))
		throw new TypeError(
			`fit: optimizer is ${describe(optimizer)}; it must be an Optimizer, such as new Adam(model.parameters())`,
		);
	checkedCount('fit', 'epochs', epochs);
	if (gradients !== null) checkedFunction('fit', 'gradients', gradients);
	if (checkedCount('fit', 'accumulate', accumulate) < 1)
		throw new RangeError(`fit: accumulate is ${accumulate}; it must be a whole number from 1`);
	checkedList('fit', 'callbacks', callbacks);
	for (const [i, callback] of callbacks.entries())
		checkedFunction('fit', `callbacks[${i}]`, callback);
	if (signal !== undefined && typeof signal?.aborted !== 'boolean')
		throw new TypeError(`fit: signal is ${describe(signal)}; it must be an AbortSignal`);
	const { epoch, batch } = checkedOptions('fit', start, ['epoch', 'batch']);
	checkedCount('fit', 'start.epoch', epoch);
	checkedCount('fit', 'start.batch', batch);
	const stream = streamOf('fit', progress);
	const meter = stream === null ? [] : [progressMeter(stream, epochs, start)];
	return {
		loss,
		optimizer,
		epochs,
		validation,
		metrics: checkedMetrics('fit', metrics),
		gradients,
		accumulate,
		// The line of an epoch comes before what callbacks write.
		callbacks: [...meter, ...callbacks],
		signal,
		start,
		...(check === undefined ? {} : { check }),
	};
}
