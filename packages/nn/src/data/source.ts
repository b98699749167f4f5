import { type Data, formatShape, Node, type Shape, ShapeError, take, tensor } from '@pullback/core';
import { checkedList, describe, isPlain, shortened } from '@pullback/core/arguments';
import { type Collated, collate } from './collate.ts';
import { atExample } from './exampleErrors.ts';

/** The largest number of examples: that of the elements of a tensor. */
export const maxExamples: number = 2 ** 31 - 1;

/** Examples by their index, one or several at once. */
export interface Source<Example, Batch> {
	readonly length: number;
	at(index: number): Example;
	gather(indices: Int32Array): Batch;
}

/** A tensor as examples along its axis 0. */
export function ofTensor(operation: string, name: string, data: Node | Data): Source<Node, Node> {
	const node = data instanceof Node ? data : tensor(data);
	const [length] = node.shape as Shape;
	if (length === undefined)
		throw new ShapeError(
			`${operation}: ${name} has shape ${formatShape(node.shape)}; its axis 0 must count the examples`,
		);
	return {
		length,
		at: (index) => node.slice(index),
		gather: (indices) => take(node, indices),
	};
}

/** An array of examples, which is read as it is at the time. */
export function ofArray<Example>(
	operation: string,
	name: string,
	examples: readonly Example[],
): Source<Example, Collated<Example>> {
	const { length } = checkedList(operation, name, examples);
	if (length > maxExamples)
		throw new RangeError(
			`${operation}: ${name} holds ${length} examples; the most are ${maxExamples}`,
		);
	const at = (index: number): Example => examples[index] as Example; // in range
	return {
		length,
		at,
		gather: (indices) => collate(operation, Array.from(indices, at)),
	};
}

/** Several sources of one length under names. */
export function ofFields(
	operation: string,
	fields: Readonly<Record<string, unknown>>,
): Source<Record<string, unknown>, Record<string, unknown>> {
	const sources = Object.entries(fields).map(([name, field]) => {
		const quoted = shortened(name);
		if (field instanceof Node || ArrayBuffer.isView(field))
			return [name, ofTensor(operation, quoted, field as Node | Data)] as const; // other views are refused there
		if (Array.isArray(field)) return [name, ofArray<unknown>(operation, quoted, field)] as const;
		throw new TypeError(
			`${operation}: ${quoted} is ${describe(field)}; it must be a Node, typed array or array of examples`,
		);
	});
	const [first] = sources;
	if (first === undefined)
		throw new TypeError(`${operation}: there are no fields; pass at least one tensor by name`);
	const { length } = first[1];
	for (const [name, source] of sources)
		if (source.length !== length)
			throw new ShapeError(
				`${operation}: ${shortened(first[0])} has ${length} examples and ${shortened(name)} ${source.length}; they must have as many`,
			);
	const of = (part: (source: Source<unknown, unknown>) => unknown): Record<string, unknown> =>
		Object.fromEntries(sources.map(([name, source]) => [name, part(source)]));
	return {
		length,
		at: (index) => of((source) => source.at(index)),
		gather: (indices) => of((source) => source.gather(indices)),
	};
}

/** What a function makes of each example, when it is asked for. */
export function mapped<Example, Result>(
	source: Source<Example, unknown>,
	f: (example: Example, index: number) => Result,
): Source<Result, Collated<Result>> {
	const at = (index: number): Result => atExample(index, () => f(source.at(index), index));
	return {
		length: source.length,
		at,
		gather: (indices) => collate('map', Array.from(indices, at)),
	};
}

/** Pairs of two sources of one length. */
export function zipped<A, BatchA, B, BatchB>(
	a: Source<A, BatchA>,
	b: Source<B, BatchB>,
): Source<[A, B], [BatchA, BatchB]> {
	return {
		length: a.length,
		at: (index) => [a.at(index), b.at(index)],
		gather: (indices) => [a.gather(indices), b.gather(indices)],
	};
}

/** The examples at some indices, in their order. */
export function selected<Example, Batch>(
	source: Source<Example, Batch>,
	chosen: Int32Array,
): Source<Example, Batch> {
	const original = (index: number): number => chosen[index] as number; // in range
	return {
		length: chosen.length,
		at: (index) => source.at(original(index)),
		gather: (indices) => source.gather(indices.map(original)),
	};
}

/** Whether a value is an object of fields, of which a dataset has columns. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
	return isPlain(value) && !(Symbol.iterator in value) && !(Symbol.asyncIterator in value);
}
