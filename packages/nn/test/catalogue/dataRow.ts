import type { Node } from '@pullback/core';
import type { DataPosition } from '../../src/index.ts';
import type { Floating } from './row.ts';

/** Examples in batches. */
export interface DataRow {
	readonly kind: 'data';
	/** Batches of a size of always the same examples, whose floating tensors are of the dtype. */
	readonly make: (key: Node, dtype: Floating, size: number) => Batched;
	/** What a pass delivers, field by field; null where a key draws the examples, or their order. */
	readonly expected: readonly unknown[] | null;
}

/** Batches that are read pass by pass. */
export type Batched = Positioned & (Iterable<unknown> | AsyncIterable<unknown>);

interface Positioned {
	readonly position: DataPosition;
	restore(position: DataPosition): void;
	epoch(number: number): Iterable<unknown> | AsyncIterable<unknown>;
}

/** A row of batches that come in an order of their own. */
export function ordered(
	make: (dtype: Floating, size: number) => Batched,
	fields: readonly Node[],
): DataRow {
	const expected = fields.flatMap((field) => [...field.data()]);
	return { kind: 'data', make: (_, dtype, size) => make(dtype, size), expected };
}

/** A row of batches that are drawn by a key. */
export function drawn(make: DataRow['make']): DataRow {
	return { kind: 'data', make, expected: null };
}
