import type { Node } from '@pullback/core';
import type { DataPosition } from '../../src/index.ts';
import type { Floating } from './row.ts';

/** Examples in batches. */
export interface DataRow {
	readonly kind: 'data';
	/** Batches of a size of always the same examples, whose floating tensors are of the dtype. */
	readonly make: (key: Node, dtype: Floating, size: number) => Batched;
	/** Whether a key draws the examples of a pass, or their order. */
	readonly isDrawn: boolean;
}

/** Batches that are read pass by pass. */
export type Batched = Positioned & (Iterable<unknown> | AsyncIterable<unknown>);

interface Positioned {
	readonly position: DataPosition;
	restore(position: DataPosition): void;
	epoch(number: number): Iterable<unknown> | AsyncIterable<unknown>;
}

/** A row of batches that come in an order of their own. */
export function ordered(make: (dtype: Floating, size: number) => Batched): DataRow {
	return { kind: 'data', make: (_, dtype, size) => make(dtype, size), isDrawn: false };
}

/** A row of batches that are drawn by a key. */
export function drawn(make: DataRow['make']): DataRow {
	return { kind: 'data', make, isDrawn: true };
}
