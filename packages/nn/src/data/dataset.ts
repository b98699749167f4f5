import { type Data, Node } from '@pullback/core';
import {
	checkedCount,
	checkedFunction,
	checkedList,
	checkedNumber,
	checkedOptions,
	describe,
} from '@pullback/core/arguments';
import { IndexedBatches, type IndexedBatchOptions } from './batches.ts';
import type { Collated } from './collate.ts';
import { inOrder, shuffled } from './order.ts';
import { wordsOf } from './position.ts';
import {
	isFields,
	mapped,
	ofArray,
	ofFields,
	ofTensor,
	type Source,
	selected,
	zipped,
} from './source.ts';
import { Stream, type StreamSource } from './stream.ts';

/** Options of what divides examples. */
export interface SplitOptions {
	/** Draws which examples go where, made by `randomKey`; in their order if left out. */
	readonly key?: Node;
}

/** A division of examples for cross-validation: those of one part, and those of all others. */
export interface Fold<Example, Batch> {
	readonly train: Dataset<Example, Batch>;
	readonly validation: Dataset<Example, Batch>;
}

/** Examples that have an index. Each is made when it is asked for, and not kept. */
export class Dataset<Example, Batch> implements Iterable<Example> {
	readonly #source: Source<Example, Batch>;

	constructor(source: Source<Example, Batch>) {
		this.#source = source;
	}

	/** The number of examples. */
	get length(): number {
		return this.#source.length;
	}

	/** The example at an index. Throws RangeError if there is none. */
	at(index: number): Example {
		return this.#source.at(checkedIndex('at', index, this.length));
	}

	/** The examples at some indices, in their order, as a batch. Throws RangeError if there is none at one. */
	gather(indices: ArrayLike<number>): Batch {
		return this.#source.gather(checkedIndices('gather', indices, this.length));
	}

	/** The examples at some indices, in their order, repeated ones included. Throws RangeError if there is none at one. */
	select(indices: ArrayLike<number>): Dataset<Example, Batch> {
		return this.#select(checkedIndices('select', indices, this.length));
	}

	/** What a function makes of each example, whenever it is asked for; an error in it is told the index. */
	map<Result>(f: (example: Example, index: number) => Result): Dataset<Result, Collated<Result>> {
		checkedFunction('map', 'f', f);
		return new Dataset(mapped(this.#source, f));
	}

	/** Pairs of examples at the same index. Throws RangeError if the other has more or fewer. */
	zip<Other, OtherBatch>(
		other: Dataset<Other, OtherBatch>,
	): Dataset<[Example, Other], [Batch, OtherBatch]> {
		if (!(other instanceof Dataset))
			throw new TypeError(`zip: other is ${describe(other)}; it must be a Dataset`);
		if (other.length !== this.length)
			throw new RangeError(
				`zip: got ${this.length} and ${other.length} examples; they must be as many`,
			);
		return new Dataset(zipped(this.#source, other.#source));
	}

	/**
	 * Parts whose lengths are in proportion to `shares`, such as [0.9, 0.1], each example in one of them: in their order, or
	 * as drawn by a key. Lengths are rounded so that they add up. Throws RangeError unless shares are numbers from 0, of a
	 * finite sum above 0.
	 */
	split<const Shares extends readonly number[]>(
		shares: Shares,
		options?: SplitOptions,
	): { -readonly [Index in keyof Shares]: Dataset<Example, Batch> } {
		checkedList('split', 'shares', shares);
		let total = 0;
		for (let i = 0; i < shares.length; i++) {
			const share = checkedNumber('split', `shares[${i}]`, shares[i]);
			if (!(share >= 0))
				throw new RangeError(`split: shares[${i}] is ${share}; it must be a number from 0`);
			total += share;
		}
		if (!(total > 0 && total < Infinity))
			throw new RangeError(
				`split: the sum of the shares is ${total}; it must be finite and above 0`,
			);
		const order = this.#orderBy('split', options);
		let [sum, start] = [0, 0];
		return shares.map((share, i) => {
			sum += share;
			// What is left to round goes to the last.
			const end = i === shares.length - 1 ? this.length : Math.round((sum / total) * this.length);
			const part = this.#select(order.slice(start, end));
			start = end;
			return part;
		}) as { -readonly [Index in keyof Shares]: Dataset<Example, Batch> }; // one for each share
	}

	/**
	 * `count` divisions for cross-validation: each example is in one validation part, whose lengths differ by at most 1; in
	 * their order, or as drawn by a key. Throws RangeError unless `count` is from 2 to the number of examples.
	 */
	folds(count: number, options?: SplitOptions): Fold<Example, Batch>[] {
		checkedCount('folds', 'count', count);
		if (count < 2 || count > this.length)
			throw new RangeError(
				`folds: count is ${count}; it must be from 2 to ${this.length}, the number of examples`,
			);
		const order = this.#orderBy('folds', options);
		return Array.from({ length: count }, (_, i) => {
			const start = Math.floor((i * this.length) / count);
			const end = Math.floor(((i + 1) * this.length) / count);
			const others = new Int32Array(this.length - (end - start));
			others.set(order.subarray(0, start));
			others.set(order.subarray(end), start);
			return { train: this.#select(others), validation: this.#select(order.slice(start, end)) };
		});
	}

	/**
	 * IndexedBatches of the examples, pass by pass. Throws TypeError or RangeError for options that do not fit, a key to shuffle by
	 * that is missing among them.
	 */
	batches(options: IndexedBatchOptions): IndexedBatches<Batch> {
		return new IndexedBatches('batches', this.#source, options);
	}

	*[Symbol.iterator](): Generator<Example, void, undefined> {
		for (let index = 0; index < this.length; index++) yield this.#source.at(index);
	}

	#select(indices: Int32Array): Dataset<Example, Batch> {
		return new Dataset(selected(this.#source, indices));
	}

	#orderBy(operation: string, options: SplitOptions | undefined): Int32Array {
		const { key } = checkedOptions(operation, options, ['key']);
		if (key === undefined) return inOrder(0, this.length);
		wordsOf(operation, key);
		return shuffled(key, this.length);
	}
}

/** The columns of a dataset: tensors and typed arrays along axis 0, or arrays of examples. */
type Columns = Readonly<Record<string, Node | Data | readonly unknown[]>>;

type ExampleOf<Column> = Column extends Node | Data
	? Node
	: Column extends readonly (infer Example)[]
		? Example
		: never;

type BatchOf<Column> = Column extends Node | Data
	? Node
	: Column extends readonly (infer Example)[]
		? Collated<Example>
		: never;

/**
 * Examples from what holds them: a tensor or typed array, along its axis 0; tensors of as many examples by name, such as
 * { images, labels }; an array of examples. A generator function, or another iterable, asynchronous ones too, gives a
 * Stream of examples that have no index; a function is called anew for each pass, and may begin anywhere. Tensors are not
 * copied. Throws TypeError for anything else, ShapeError for a scalar and for numbers of examples that differ.
 */
export function dataset(tensor: Node | Data): Dataset<Node, Node>;
export function dataset<Example>(examples: readonly Example[]): Dataset<Example, Collated<Example>>;
export function dataset<Example>(source: StreamSource<Example>): Stream<Example>;
export function dataset<Fields extends Columns>(
	fields: Fields,
): Dataset<
	{ readonly [Name in keyof Fields]: ExampleOf<Fields[Name]> },
	{ readonly [Name in keyof Fields]: BatchOf<Fields[Name]> }
>;
export function dataset(source: unknown): unknown {
	if (source instanceof Node || ArrayBuffer.isView(source))
		return new Dataset(ofTensor('dataset', 'the tensor', source as Node | Data)); // other views are refused there
	if (Array.isArray(source)) return new Dataset(ofArray<unknown>('dataset', 'the array', source));
	if (isFields(source)) return new Dataset(ofFields('dataset', source));
	return new Stream('dataset', source as StreamSource<unknown>); // or it is refused there
}

function checkedIndex(operation: string, index: number, length: number): number {
	checkedNumber(operation, 'index', index);
	if (!(Number.isInteger(index) && index >= 0 && index < length))
		throw new RangeError(
			`${operation}: index ${index}; it must be a whole number from 0, below ${length}`,
		);
	return index;
}

function checkedIndices(operation: string, indices: ArrayLike<number>, length: number): Int32Array {
	const isList = Array.isArray(indices) || ArrayBuffer.isView(indices);
	if (!isList || typeof indices.length !== 'number')
		throw new TypeError(
			`${operation}: indices is ${describe(indices)}; it must be an array of whole numbers`,
		);
	const checked: number[] = [];
	for (let i = 0; i < indices.length; i++)
		checked.push(checkedIndex(operation, indices[i] as number, length)); // or it is refused there
	return Int32Array.from(checked);
}
