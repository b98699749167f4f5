import type { Argument, Given, Node, Operand } from '@pullback/core';
import { describe } from '@pullback/core/arguments';

/** What may be passed for a tensor, or for lists and plain objects of tensors, that a function takes. */
export type Passed<Taken> = Node extends Taken
	? Operand
	: Taken extends Argument
		? Given<Taken>
		: never;

/** What a step of training is made of: inputs of the model, and what it should make of them. */
export type Batch<Input, Target> = readonly [x: Passed<Input>, t: Passed<Target>];

/** Batches that can be gone through, at once or as they come. */
type Pass<Input, Target> = Iterable<Batch<Input, Target>> | AsyncIterable<Batch<Input, Target>>;

/**
 * Batches, gone through from the first in every epoch: an array, or anything that can be iterated again and again; what the
 * `batches` of a dataset or a stream return, of which epochs are asked for by number, whatever has been read of them; or a
 * function of the number of the epoch, from 0, that returns its batches.
 */
export type Batches<Input, Target> =
	| Pass<Input, Target>
	| { epoch(number: number): Pass<Input, Target> }
	| ((epoch: number) => Pass<Input, Target>);

/** A batch as a compiled function takes it. */
export type GivenBatch = readonly [x: Given<Argument>, t: Given<Argument>];

/** The batches of an epoch one after another, those before `first` left out, each checked to be a pair. */
export async function* batchesOf<Input, Target>(
	operation: string,
	name: string,
	data: Batches<Input, Target>,
	epoch: number,
	first = 0,
): AsyncGenerator<GivenBatch, void, undefined> {
	const own = passOf(data, epoch);
	if (!isIterable(own))
		throw new TypeError(
			`${operation}: ${name} is ${describe(own)}; it must be an array of batches [x, t], or what can be iterated`,
		);
	let index = 0;
	for await (const batch of own) {
		if (index++ < first) continue;
		if (!Array.isArray(batch) || batch.length !== 2)
			throw new TypeError(
				`${operation}: batch ${index - 1} of ${name} is ${describe(batch)}; it must be a pair [x, t] of inputs and targets`,
			);
		yield batch as readonly unknown[] as GivenBatch; // a compiled function refuses what is no tensor
	}
	if (index === 0)
		throw new RangeError(
			`${operation}: ${name} has no batch in epoch ${epoch}; there must be one. A generator is used up once it has been gone through: pass a function that returns a new one for each epoch`,
		);
}

/** The batches of an epoch, or what was passed for them. */
function passOf<Input, Target>(data: Batches<Input, Target>, epoch: number): unknown {
	if (typeof data === 'function') return data(epoch);
	const isObject = typeof data === 'object' && data !== null;
	return isObject && 'epoch' in data && typeof data.epoch === 'function' ? data.epoch(epoch) : data;
}

function isIterable(data: unknown): data is Iterable<unknown> | AsyncIterable<unknown> {
	if (typeof data !== 'object' || data === null) return false;
	return Symbol.iterator in data || Symbol.asyncIterator in data;
}
