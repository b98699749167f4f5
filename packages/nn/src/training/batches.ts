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

/**
 * Batches, gone through from the first in every epoch: an array, or anything that can be iterated again and again, at once
 * or as they come. A function is given the number of the epoch, from 0, and returns them.
 */
export type Batches<Input, Target> =
	| Iterable<Batch<Input, Target>>
	| AsyncIterable<Batch<Input, Target>>
	| ((epoch: number) => Iterable<Batch<Input, Target>> | AsyncIterable<Batch<Input, Target>>);

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
	const own: unknown = typeof data === 'function' ? data(epoch) : data;
	if (!isIterable(own))
		throw new TypeError(
			`${operation}: ${name} is ${describe(own)}; it must be an array of batches [x, t], or what can be iterated`,
		);
	let index = 0;
	// What is iterated at once is not waited for, which would take a turn of the event loop for each.
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

function isIterable(data: unknown): data is Iterable<unknown> | AsyncIterable<unknown> {
	if (typeof data !== 'object' || data === null) return false;
	return Symbol.iterator in data || Symbol.asyncIterator in data;
}
