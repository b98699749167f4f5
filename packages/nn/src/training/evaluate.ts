import { type Argument, compile } from '@pullback/core';
import { checkedFunction, checkedOptions, describe } from '@pullback/core/arguments';
import { Module } from '../modules/module.ts';
import { type Batches, batchesOf } from './batches.ts';
import { type EvaluateOptions, type Model, measuredForward } from './forward.ts';
import type { Measured } from './history.ts';
import { checkedMetrics, type MeasuredNodes, numbersOf } from './measure.ts';
import { Pass } from './pass.ts';
import { pauses } from './pause.ts';

/**
 * The mean loss and metrics of a model in its mode 'evaluate' over all examples of some data, each batch counted by the
 * length of its first axis.
 */
export async function evaluate<Input, Target, Output>(
	model: Model<Input, Output>,
	data: Batches<Input, Target>,
	options: EvaluateOptions<Output, Target>,
): Promise<Measured> {
	checkedModel('evaluate', model);
	const { loss, metrics = {} } = checkedOptions('evaluate', options, [
		'loss',
		'metrics',
	]) as EvaluateOptions<Output, Target>; // what is left out is refused below
	checkedFunction('evaluate', 'loss', loss);
	const metricsByName = checkedMetrics('evaluate', metrics);
	return evaluation('evaluate', model, { loss, metrics: metricsByName })(data, 0);
}

/** A function that measures a model by data in an epoch; it is compiled once, for all of its calls. */
export function evaluation<Input, Target, Output>(
	operation: string,
	model: Model<Input, Output>,
	options: EvaluateOptions<Output, Target>,
): (data: Batches<Input, Target>, epoch: number, signal?: AbortSignal) => Promise<Measured> {
	const measure = compile<[Argument, Argument], MeasuredNodes>((x, t) =>
		measuredForward(operation, model, 'evaluate', [x, t], options),
	);
	return async (data, epoch, signal) => {
		const pass = new Pass(operation, options.metrics ?? {});
		const pause = pauses();
		for await (const batch of batchesOf(operation, 'the data', data, epoch)) {
			pass.add(...numbersOf(measure(...batch)));
			await pause();
			if (signal?.aborted) break;
		}
		return pass.measured;
	};
}

/** Refuses what is no Module. */
export function checkedModel(operation: string, model: unknown): void {
	if (!(model instanceof Module))
		throw new TypeError(`${operation}: model is ${describe(model)}; it must be a Module`);
}
