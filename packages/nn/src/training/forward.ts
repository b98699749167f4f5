import type { Argument, Node } from '@pullback/core';
import type { Mode } from '../modules/mode.ts';
import type { Module } from '../modules/module.ts';
import {
	examplesIn,
	type Measure,
	type MeasuredNodes,
	type Metrics,
	measuredOf,
	scalarOf,
} from './measure.ts';

/** A model that `fit` trains and `evaluate` measures: a Module of one input and a mode. */
export type Model<Input, Output> = Module<[x: Input, mode?: Mode], Output>;

/** What is measured. */
export interface EvaluateOptions<Output, Target> {
	/** The loss of a batch: a scalar, the mean over its examples. */
	readonly loss: Measure<Output, Target>;
	/** What else is measured, each a scalar, the mean over the examples of a batch. */
	readonly metrics?: Metrics<Output, Target>;
}

/**
 * What is measured of a model in one of its modes for the arguments of a compiled function: Nodes, in lists and objects as
 * they were passed, which is what the model and its loss take.
 */
export function measuredForward<Input, Target, Output>(
	operation: string,
	model: Model<Input, Output>,
	mode: Mode,
	[x, t]: readonly [x: Argument, t: Argument],
	{ loss, metrics = {} }: EvaluateOptions<Output, Target>,
): MeasuredNodes {
	const output = model.forward(x as Input, mode);
	const target = t as Target;
	const found: Node = scalarOf(operation, 'loss', loss, output, target);
	return measuredOf(operation, metrics, { loss: found, examples: examplesIn(x) }, output, target);
}
