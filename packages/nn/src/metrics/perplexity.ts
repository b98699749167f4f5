import { logSoftmax, type Node, type Operand, sum, tensor, where } from '@pullback/core';
import { checkedCount, checkedOptions } from '@pullback/core/arguments';
import { scoresAndLabels } from './labels.ts';
import { addTo, Metric } from './metric.ts';

/** Options of Perplexity. */
export interface PerplexityOptions {
	/** A label of examples that do not count, such as padding; none if left out. */
	readonly ignoredLabel?: number;
}

/** Labels are i32. */
const maxLabel = 2 ** 31 - 1;

/**
 * The exponential of the mean cross-entropy, in nats, of softmax(logits) over batches: of how many classes, equally
 * likely, a choice would be as uncertain. Logits [..., classes] and labels [...]. NaN of no examples.
 */
export class Perplexity extends Metric<[logits: Operand, labels: Operand]> {
	readonly ignoredLabel: number | null;
	readonly #costs = this.gathered('sum of cross-entropies');
	readonly #all = this.gathered('all');

	constructor(options?: PerplexityOptions) {
		super();
		const { ignoredLabel } = checkedOptions('Perplexity', options, ['ignoredLabel']);
		if (typeof ignoredLabel === 'number' && ignoredLabel > maxLabel)
			throw new RangeError(
				`Perplexity: ignoredLabel is ${ignoredLabel}; it must be a whole number up to ${maxLabel}`,
			);
		this.ignoredLabel =
			ignoredLabel === undefined ? null : checkedCount('Perplexity', 'ignoredLabel', ignoredLabel);
	}

	override update(logits: Operand, labels: Operand): void {
		const checked = scoresAndLabels('Perplexity', logits, labels);
		const own = checked.labels.cast('i32');
		// The label of padding may be none of the classes.
		const counts = this.ignoredLabel === null ? tensor(true) : own.notEqual(this.ignoredLabel);
		const batch = own.shape.length;
		const picks = where(counts, own, tensor(0, { dtype: 'i32' }));
		const likely = logSoftmax(checked.scores.cast('f64')).gather(picks, {
			axis: batch,
			batch,
			fromEnd: false,
		});
		addTo([
			[this.#costs, sum(where(counts, likely.neg(), 0))],
			[this.#all, sum(counts.cast('f64').broadcastTo(own.shape))],
		]);
	}

	override value(): Node {
		return this.#costs.div(this.#all).exp();
	}
}
