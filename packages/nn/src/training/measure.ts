import { type Argument, formatShape, Node, tensor } from '@pullback/core';
import { checkedFunction, checkedNode, describe } from '@pullback/core/arguments';
import { Metric } from '../metrics/metric.ts';
import type { Measured } from './history.ts';

/** A function of what a model returns and what it should, a scalar: the mean over a batch. */
export type Measure<Output, Target> = (output: Output, target: Target) => Node;

/**
 * What is measured besides the loss, by name: means over the examples, by functions of a batch; or what Metrics gather over
 * all of a pass, at whose beginning they are reset.
 */
export interface Metrics<Output, Target> {
	readonly [name: string]: Measure<Output, Target> | Metric<never[]>;
}

/** Metrics of whatever outputs and targets. */
export type AnyMetrics = Metrics<never, never>;

/** What was measured of a batch, as scalars, and of how many examples: a type of its own, as compiled functions return those alone. */
export type MeasuredNodes = {
	readonly loss: Node;
	readonly examples: Node;
	readonly metrics: { readonly [name: string]: Node };
};

/** Refuses what are no functions and Metrics by name. */
export function checkedMetrics<Output, Target>(
	operation: string,
	metrics: Metrics<Output, Target>,
): Metrics<Output, Target> {
	if (typeof metrics !== 'object' || metrics === null)
		throw new TypeError(
			`${operation}: metrics is ${describe(metrics)}; it must be an object of functions and Metrics, such as { accuracy }`,
		);
	for (const [name, metric] of Object.entries(metrics))
		if (!(metric instanceof Metric)) checkedFunction(operation, `metrics.${name}`, metric);
	return metrics;
}

/** What a loss or a metric finds, which must be a scalar. */
export function scalarOf<Output, Target>(
	operation: string,
	name: string,
	measure: Measure<Output, Target>,
	output: Output,
	target: Target,
): Node {
	const value = checkedNode(operation, `what ${name} returned`, measure(output, target));
	if (value.shape.length > 0)
		throw new RangeError(
			`${operation}: ${name} returned ${formatShape(value.shape)}; it must return a scalar, the mean over the batch`,
		);
	return value;
}

/** What is measured of a batch of so many examples whose loss there is already; Metrics take it into account. */
export function measuredOf<Output, Target>(
	operation: string,
	metrics: Metrics<Output, Target>,
	{ loss, examples }: { readonly loss: Node; readonly examples: number },
	output: Output,
	target: Target,
): MeasuredNodes {
	const found = Object.entries(metrics).flatMap(([name, metric]): [string, Node][] => {
		if (!(metric instanceof Metric))
			return [[name, scalarOf(operation, `metrics.${name}`, metric, output, target)]];
		// It takes what the model returns and what that should be, as functions do.
		metric.update(...([output, target] as never[])); // of whatever a metric takes, which it checks
		return [];
	});
	return { loss, examples: tensor(examples), metrics: Object.fromEntries(found) };
}

/** The numbers of what functions measured, and of how many examples. */
export function numbersOf({ loss, examples, metrics }: MeasuredNodes): [number, Measured] {
	const numbers = Object.entries(metrics).map(([name, value]): [string, number] => [
		name,
		value.item(),
	]);
	return [examples.item(), { loss: loss.item(), metrics: Object.fromEntries(numbers) }];
}

/** The length of the first axis of the first tensor; 1 if that is a scalar, or if there is none. */
export function examplesIn(x: Argument): number {
	let first: Argument | undefined = x;
	while (first !== undefined && !(first instanceof Node)) first = Object.values(first)[0];
	return first?.shape[0] ?? 1;
}
