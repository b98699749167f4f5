import type { Node, Operand } from '@pullback/core';
import type { Keeper } from './stepRow.ts';

/** A metric over batches of scores and labels, or of outputs and targets. */
export interface MetricRow {
	readonly kind: 'metric';
	readonly make: () => Gathering;
	/** Some examples, along axis 0. */
	readonly examples: readonly [x: Node, t: Node];
	/** Whether what it gathers is whole numbers, so that nothing rounds. */
	readonly counts: boolean;
	/** Whether it keeps what it gathers in Variables. */
	readonly hasVariables: boolean;
}

/** What gathers batches. */
export interface Gathering extends Partial<Keeper> {
	update(x: Operand, t: Operand): void;
	value(): Node | number;
	reset(): void;
}

/** A row of a metric, whose floating examples are cast to the dtype tested. */
export function metric(
	make: () => Gathering,
	examples: MetricRow['examples'],
	{ counts = true, hasVariables = true } = {},
): MetricRow {
	return { kind: 'metric', make, examples, counts, hasVariables };
}
