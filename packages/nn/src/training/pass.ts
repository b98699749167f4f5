import { formatShape } from '@pullback/core';
import { Metric } from '../metrics/metric.ts';
import type { Measured } from './history.ts';
import type { AnyMetrics } from './measure.ts';

/** What one pass over some data comes to, batch by batch: means over examples, and what metrics gather from its beginning on. */
export class Pass {
	readonly #operation: string;
	readonly #metrics: AnyMetrics;
	#examples = 0;
	#loss = 0;
	readonly #sums = new Map<string, number>();

	constructor(operation: string, metrics: AnyMetrics) {
		this.#operation = operation;
		this.#metrics = metrics;
		for (const metric of Object.values(metrics)) if (metric instanceof Metric) metric.reset();
	}

	/** Adds a batch of so many examples, and the means of those metrics that are functions. */
	add(examples: number, { loss, metrics }: Measured): void {
		this.#examples += examples;
		this.#loss += examples * loss;
		for (const [name, value] of Object.entries(metrics))
			this.#sums.set(name, (this.#sums.get(name) ?? 0) + examples * value);
	}

	/** What there is so far; means of no examples are NaN. */
	get measured(): Measured {
		const metrics = Object.entries(this.#metrics).map(([name, metric]): [string, number] => [
			name,
			metric instanceof Metric
				? this.#numberOf(name, metric)
				: (this.#sums.get(name) ?? Number.NaN) / this.#examples,
		]);
		return { loss: this.#loss / this.#examples, metrics: Object.fromEntries(metrics) };
	}

	#numberOf(name: string, metric: Metric<never[]>): number {
		const value = metric.value();
		if (value.shape.length > 0)
			throw new RangeError(
				`${this.#operation}: the value of metrics.${name} is ${formatShape(value.shape)}; it must be a scalar, such as an average over classes`,
			);
		return value.item();
	}
}
