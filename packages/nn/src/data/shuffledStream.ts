import { type Node, splitKey, uniform } from '@pullback/core';

/** The numbers that are drawn at once. */
const maxDrawn = 1024;

/**
 * What an iterable gives, each time one of the next `among` that have not been given yet, drawn by a key. What comes
 * depends on the key and the iterable alone, so that it can be read again.
 */
export async function* shuffledStream<Item>(
	source: AsyncIterable<Item>,
	key: Node,
	among: number,
): AsyncGenerator<Item, void, undefined> {
	const waiting: Item[] = [];
	const draw = numbersOf(key);
	const index = (): number => Math.floor((draw.next().value ?? 0) * waiting.length);
	for await (const item of source) {
		if (waiting.length < among) {
			waiting.push(item);
			continue;
		}
		const at = index();
		const drawn = waiting[at] as Item; // at is in range
		waiting[at] = item;
		yield drawn;
	}
	while (waiting.length > 0) {
		const at = index();
		const drawn = waiting[at] as Item; // at is in range
		const last = waiting.pop() as Item; // there is one
		if (at < waiting.length) waiting[at] = last;
		yield drawn;
	}
}

/** Uniform numbers from 0, below 1, without end. */
function* numbersOf(key: Node): Generator<number, undefined, undefined> {
	for (let own = key; ; ) {
		const keys = splitKey(own);
		yield* uniform(keys.slice(1), [maxDrawn], { dtype: 'f64' }).data();
		// Data alone: the keys of a long stream are not kept.
		own = keys.slice(0).detach();
	}
}
