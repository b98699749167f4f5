import type { Node } from '@pullback/core';
import {
	checkedBoolean,
	checkedCount,
	checkedFunction,
	checkedOptions,
	describe,
} from '@pullback/core/arguments';
import { type BatchOptions, checkedSize } from './batches.ts';
import { type Collated, collate } from './collate.ts';
import { awaitedAtExample } from './exampleErrors.ts';
import {
	checkedEpoch,
	checkedPosition,
	type DataPosition,
	keyOfPass,
	wordsOf,
} from './position.ts';
import { readAhead } from './readAhead.ts';
import { shuffledStream } from './shuffledStream.ts';

/** What gives examples one after another, or a function that begins to. */
export type StreamSource<Example> =
	| Iterable<Example>
	| AsyncIterable<Example>
	| (() => Iterable<Example> | AsyncIterable<Example>);

/** The largest number of examples that are read ahead. */
const maxPrefetched = 2 ** 16;

/** How the examples of a stream are put together. */
export interface StreamBatchOptions extends BatchOptions {
	/** The examples among which the next is drawn by the key; they come in their order if left out. */
	readonly shuffleAmong?: number;
	/** What is drawn by, made by `randomKey`. */
	readonly key?: Node;
	/** The examples that are read ahead while others are used; 0 if left out. */
	readonly prefetch?: number;
}

/** Examples that come one after another, read anew for each pass; what a pass holds is released when it is left. */
export class Stream<Example> implements AsyncIterable<Example> {
	readonly #open: () => AsyncIterator<Example> | Iterator<Example>;

	constructor(operation: string, source: StreamSource<Example>) {
		this.#open = opener(operation, source);
	}

	/** What a function makes of each example, or promises to; an error in it is told the index. */
	map<Result>(
		f: (example: Example, index: number) => Result | PromiseLike<Result>,
	): Stream<Awaited<Result>> {
		checkedFunction('map', 'f', f);
		const examples = (): AsyncIterable<Example> => this;
		return new Stream('map', async function* () {
			let index = 0;
			for await (const example of examples()) {
				const at = index++;
				yield await awaitedAtExample(at, () => f(example, at));
			}
		});
	}

	/** Pairs of examples that come at the same time. Throws RangeError when one stream ends before the other. */
	zip<Other>(other: Stream<Other>): Stream<[Example, Other]> {
		if (!(other instanceof Stream))
			throw new TypeError(`zip: other is ${describe(other)}; it must be a Stream`);
		const [first, second] = [this as Stream<Example>, other];
		return new Stream('zip', async function* () {
			const [a, b] = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()];
			try {
				for (let index = 0; ; index++) {
					const [x, y] = await Promise.all([a.next(), b.next()]);
					if (x.done && y.done) return;
					if (x.done || y.done)
						throw new RangeError(
							`zip: the ${x.done ? 'first' : 'second'} stream ended after ${index} examples, and the other did not; they must be as long`,
						);
					yield [x.value, y.value] as [Example, Other];
				}
			} finally {
				await Promise.all([a.return?.(), b.return?.()]);
			}
		});
	}

	/** The first examples, at most `count` of them. */
	take(count: number): Stream<Example> {
		checkedCount('take', 'count', count);
		const examples = (): AsyncIterable<Example> => this;
		return new Stream('take', async function* () {
			if (count === 0) return;
			let left = count;
			for await (const example of examples()) {
				yield example;
				if (--left === 0) return;
			}
		});
	}

	/** Batches of the examples, pass by pass. Throws TypeError or RangeError for options that do not fit. */
	batches(options: StreamBatchOptions): StreamBatches<Collated<Example>> {
		return new StreamBatches('batches', this, options);
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Example, void, undefined> {
		const iterator = this.#open();
		// A source that throws is over.
		let isOver = false;
		try {
			for (;;) {
				isOver = true;
				const result = await iterator.next();
				if (result.done) return;
				isOver = false;
				yield result.value;
			}
		} finally {
			if (!isOver) await iterator.return?.();
		}
	}
}

/**
 * Batches of examples that come one after another. Each `for await` runs over the rest of a pass, and the next one over
 * the next pass: where a loop was left, or a position restored, the next goes on, once it has read again what came before.
 */
export class StreamBatches<Batch> implements AsyncIterable<Batch> {
	readonly #examples: (key: Node | null) => AsyncIterable<unknown>;
	readonly #size: number;
	readonly #dropsLast: boolean;
	#state: DataPosition;

	constructor(operation: string, source: AsyncIterable<unknown>, options: StreamBatchOptions) {
		const {
			size,
			dropLast = false,
			shuffleAmong,
			key,
			prefetch = 0,
		} = checkedOptions(operation, options, ['size', 'dropLast', 'shuffleAmong', 'key', 'prefetch']);
		this.#size = checkedSize(operation, size);
		this.#dropsLast = checkedBoolean(operation, 'dropLast', dropLast);
		if (checkedCount(operation, 'prefetch', prefetch) > maxPrefetched)
			throw new RangeError(`${operation}: prefetch is ${prefetch}; the most are ${maxPrefetched}`);
		if ((shuffleAmong === undefined) !== (key === undefined))
			throw new TypeError(
				`${operation}: there is ${key === undefined ? 'no key to shuffle by' : 'a key, and no number of examples to shuffle among'}; pass both key and shuffleAmong, or neither`,
			);
		const among = shuffleAmong ?? 1;
		if (checkedCount(operation, 'shuffleAmong', among) === 0)
			throw new RangeError(`${operation}: shuffleAmong is 0; it must be at least 1`);
		const words = key === undefined ? null : wordsOf(operation, key);
		this.#examples = (own) => {
			const read = prefetch === 0 ? source : readAhead(source, prefetch);
			return own === null ? read : shuffledStream(read, own, among);
		};
		this.#state = { epoch: 0, position: 0, length: null, key: words };
	}

	/** How far they have been read: batches that were given out count, whether or not they have been used. */
	get position(): DataPosition {
		return this.#state;
	}

	/** Goes on from a position of the same data under the same options. Throws TypeError or RangeError for one of others. */
	restore(position: DataPosition): void {
		this.#state = checkedPosition(position, null, this.#state.key !== null);
	}

	/**
	 * The batches of a pass by its number, from 0, whatever has been read; `fit` asks for them so. The position stays as it
	 * is.
	 */
	epoch(number: number): AsyncIterable<Batch> {
		const epoch = checkedEpoch('epoch', number);
		return {
			[Symbol.asyncIterator]: async function* (this: StreamBatches<Batch>) {
				for await (const { batch } of this.#pass(epoch, 0)) yield batch;
			}.bind(this),
		};
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
		const { epoch, position } = this.#state;
		for await (const { batch, end } of this.#pass(epoch, position)) {
			this.#state = { ...this.#state, position: end };
			yield batch;
			// A position was restored, or another loop ended the pass.
			if (this.#state.epoch !== epoch) return;
		}
		if (this.#state.epoch !== epoch) return;
		this.#state = { ...this.#state, epoch: epoch + 1, position: 0 };
	}

	/** The batches of the examples of a pass from a position on, each with the position where it ends. */
	async *#pass(
		epoch: number,
		position: number,
	): AsyncGenerator<{ readonly batch: Batch; readonly end: number }, void, undefined> {
		const { key } = this.#state;
		let read = 0;
		let examples: unknown[] = [];
		const given = (): { readonly batch: Batch; readonly end: number } => {
			const batch = collate('batches', examples) as Batch; // as the type of a stream's batches says
			examples = [];
			return { batch, end: read };
		};
		for await (const example of this.#examples(key === null ? null : keyOfPass(key, epoch))) {
			if (read++ < position) continue;
			examples.push(example);
			if (examples.length === this.#size) yield given();
		}
		if (read < position)
			throw new RangeError(
				`batches: the stream ended after ${read} examples, before the position ${position} that was restored; it must be the same data`,
			);
		if (examples.length > 0 && !this.#dropsLast) yield given();
	}
}

function opener<Example>(
	operation: string,
	source: StreamSource<Example>,
): () => AsyncIterator<Example> | Iterator<Example> {
	if (typeof source === 'function')
		return () => iteratorOf(operation, source(), 'what the function returned');
	// It might be taken for columns by name.
	if (!isIterable(source) || source instanceof Map)
		throw new TypeError(
			`${operation}: got ${describe(source)}; examples come from a Node, typed array, array, an object of these, an iterable, or a function that returns one`,
		);
	let isUsed = false;
	return () => {
		const iterator = iteratorOf(operation, source, 'the source');
		// An iterator is its own iterable, and gives nothing when it is asked again.
		if ((iterator as unknown) === source && isUsed)
			throw new TypeError(
				`${operation}: the iterator has been read, and cannot be again; pass a function that makes one for each pass`,
			);
		isUsed = true;
		return iterator;
	};
}

function iteratorOf<Example>(
	operation: string,
	source: Iterable<Example> | AsyncIterable<Example>,
	name: string,
): AsyncIterator<Example> | Iterator<Example> {
	if (!isIterable(source))
		throw new TypeError(
			`${operation}: ${name} is ${describe(source)}; it must be an iterable or async iterable`,
		);
	return Symbol.asyncIterator in source
		? source[Symbol.asyncIterator]()
		: source[Symbol.iterator]();
}

function isIterable(source: unknown): source is Iterable<unknown> | AsyncIterable<unknown> {
	if (typeof source === 'string') return false;
	if (typeof source !== 'object' || source === null) return false;
	return ['iterator', 'asyncIterator'].some(
		(name) => typeof Reflect.get(source, Symbol[name as 'iterator']) === 'function',
	);
}
