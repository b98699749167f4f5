import type { Node } from '@pullback/core';
import type { Callback, Optimizer, Position, Sequential } from '../../src/index.ts';

/** What trains or measures a whole model. */
export interface TrainingRow {
	readonly kind: 'training';
	/** What comes of it: losses and metrics, and the steps that were made. */
	readonly run: (subject: Subject, options?: RunOptions) => Promise<number[]>;
	/** The same by a loop that compiles nothing. */
	readonly plain: (subject: Subject) => Promise<number[]>;
	/** Whether batches may be of any sizes, or must be of equal ones that are put together for one step. */
	readonly batches: 'any' | 'equal';
	/** Whether all that it depends on is saved, so that one that goes on does what one that was not stopped does. */
	readonly goesOn: boolean;
}

/** A model, what trains it, and the data. */
export interface Subject {
	readonly net: Sequential;
	readonly optimizer: Optimizer;
	readonly data: readonly Pair[];
	readonly validation: readonly Pair[];
}

/** Inputs and targets. */
export type Pair = readonly [x: Node, t: Node];

/** How a run is told apart from the usual one. */
export interface RunOptions {
	/** The batches of one step; 1 if left out. */
	readonly accumulate?: number;
	readonly callbacks?: readonly Callback[];
	readonly start?: Position;
}
