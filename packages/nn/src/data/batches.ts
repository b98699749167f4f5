import type { Node } from '@pullback/core';
import { checkedBoolean, checkedCount, checkedOptions, describe } from '@pullback/core/arguments';
import { drawn, drawnByWeight, inOrder, runningSums, shuffled } from './order.ts';
import {
	checkedEpoch,
	checkedPosition,
	type DataPosition,
	keyOfPass,
	wordsOf,
} from './position.ts';
import { maxExamples, type Source } from './source.ts';

/** How examples are put together. */
export interface BatchOptions {
	/** The examples of a batch, at least 1. */
	readonly size: number;
	/** Whether the last batch of a pass is left out if it is smaller; false if left out. */
	readonly dropLast?: boolean;
}

/** How examples that have an index are put together. */
export interface IndexedBatchOptions extends BatchOptions {
	/** true: every example once in a pass, in an order drawn for each; 'withReplacement': each drawn anew from all; false if left out. */
	readonly shuffle?: boolean | 'withReplacement';
	/** What shuffled data are drawn by, made by `randomKey`. */
	readonly key?: Node;
	/** What examples are drawn in proportion to, one for each, with replacement; evenly if left out. */
	readonly weights?: ArrayLike<number>;
	/** The examples of a pass with replacement; as many as there are if left out. */
	readonly count?: number;
}

/**
 * Batches of examples that have an index. Each `for` runs over the rest of a pass, and the next one over the next pass:
 * where a loop was left, or a position restored, the next goes on. Loops at the same time share one position.
 */
export class IndexedBatches<Batch> implements Iterable<Batch> {
	readonly #source: Source<unknown, Batch>;
	readonly #size: number;
	/** Draws the examples of a pass; null if they are those that there are. */
	readonly #draw: Draw | null;
	/** The examples of a pass that come to be in batches. */
	readonly #length: number;
	/** The examples of a pass. */
	readonly #count: number;
	#state: DataPosition;
	/** What was drawn last, for which pass and by which key. */
	#last: Drawn | null = null;

	constructor(operation: string, source: Source<unknown, Batch>, options: IndexedBatchOptions) {
		const {
			size,
			dropLast = false,
			...choice
		} = checkedOptions(operation, options, [
			'size',
			'dropLast',
			'shuffle',
			'key',
			'weights',
			'count',
		]);
		this.#source = source;
		this.#size = checkedSize(operation, size);
		checkedBoolean(operation, 'dropLast', dropLast);
		const { draw, key, count } = checkedChoice(operation, source.length, choice);
		this.#draw = draw;
		this.#count = count;
		this.#length = dropLast ? count - (count % this.#size) : count;
		this.#state = { epoch: 0, position: 0, length: count, key };
	}

	/** The number of batches of a pass. */
	get length(): number {
		return Math.ceil(this.#length / this.#size);
	}

	/** How far they have been read: batches that were given out count, whether or not they have been used. */
	get position(): DataPosition {
		return this.#state;
	}

	/** Goes on from a position of the same data under the same options. Throws TypeError or RangeError for one of others. */
	restore(position: DataPosition): void {
		this.#state = checkedPosition(position, this.#count, this.#state.key !== null);
	}

	/**
	 * The batches of a pass by its number, from 0, whatever has been read; `fit` asks for them so. The position stays as it
	 * is.
	 */
	epoch(number: number): Iterable<Batch> {
		const epoch = checkedEpoch('epoch', number);
		return { [Symbol.iterator]: () => this.#pass(epoch) };
	}

	*[Symbol.iterator](): Generator<Batch, void, undefined> {
		const { epoch } = this.#state;
		while (this.#state.epoch === epoch && this.#state.position < this.#length) {
			const { position } = this.#state;
			const end = Math.min(position + this.#size, this.#length);
			const batch = this.#batch(epoch, position, end);
			this.#state = { ...this.#state, position: end };
			yield batch;
		}
		if (this.#state.epoch !== epoch) return;
		this.#state = { ...this.#state, epoch: epoch + 1, position: 0 };
	}

	*#pass(epoch: number): Generator<Batch, void, undefined> {
		for (let start = 0; start < this.#length; start += this.#size)
			yield this.#batch(epoch, start, Math.min(start + this.#size, this.#length));
	}

	#batch(epoch: number, start: number, end: number): Batch {
		const { key } = this.#state;
		if (key === null || this.#draw === null) return this.#source.gather(inOrder(start, end));
		if (this.#last?.epoch !== epoch || this.#last.key !== key)
			this.#last = { epoch, key, indices: this.#draw(keyOfPass(key, epoch)) };
		return this.#source.gather(this.#last.indices.subarray(start, end));
	}
}

/** The size of a batch. */
export function checkedSize(operation: string, size: unknown): number {
	if (checkedCount(operation, 'size', size) === 0)
		throw new RangeError(`${operation}: size is 0; a batch holds at least one example`);
	return size as number; // it was checked
}

type Draw = (key: Node) => Int32Array;

interface Drawn {
	readonly epoch: number;
	readonly key: readonly [number, number];
	readonly indices: Int32Array;
}

interface Choice {
	readonly draw: Draw | null;
	readonly key: readonly [number, number] | null;
	readonly count: number;
}

function checkedChoice(
	operation: string,
	length: number,
	{ shuffle = false, key, weights, count }: Partial<IndexedBatchOptions>,
): Choice {
	if (typeof shuffle !== 'boolean' && shuffle !== 'withReplacement')
		throw new TypeError(
			`${operation}: shuffle is ${describe(shuffle)}; it must be true, false or 'withReplacement'`,
		);
	if (shuffle !== 'withReplacement')
		for (const [name, option] of Object.entries({ weights, count }))
			if (option !== undefined)
				throw new TypeError(
					`${operation}: ${name} is for examples drawn with replacement; set shuffle to 'withReplacement', or leave it out`,
				);
	if (shuffle === false) {
		if (key !== undefined)
			throw new TypeError(
				`${operation}: there is a key, and nothing is drawn; set shuffle, or leave the key out`,
			);
		return { draw: null, key: null, count: length };
	}
	if (key === undefined)
		throw new TypeError(`${operation}: there is no key to shuffle by; pass one made by randomKey`);
	const words = wordsOf(operation, key);
	if (shuffle === true) return { draw: (own) => shuffled(own, length), key: words, count: length };
	const total = count === undefined ? length : checkedCount(operation, 'count', count);
	if (total > 0 && length === 0)
		throw new RangeError(`${operation}: there are no examples to draw ${total} from`);
	if (total > maxExamples)
		throw new RangeError(`${operation}: count is ${total}; the most are ${maxExamples}`);
	const sums = weights === undefined ? null : runningSums(operation, weights, length);
	const draw: Draw = (own) =>
		sums === null ? drawn(own, length, total) : drawnByWeight(own, sums, total);
	return { draw, key: words, count: total };
}
