import type { Node } from '@pullback/core';
import type { Callback, EarlyStopping, Optimizer, Position, Sequential } from '../../src/index.ts';

/** What trains or measures a whole model. */
export interface TrainingRow {
	readonly kind: 'training';
	/** What comes of it: losses and metrics, and the steps that were made. */
	readonly run: (subject: Subject, options?: RunOptions) => Promise<number[]>;
	/** The same by a loop that compiles nothing. */
	readonly plain: (subject: Subject) => Promise<number[]>;
	/** Whether batches may be of any sizes, or must be of equal ones that are put together for one step. */
	readonly batches: 'any' | 'equal';
}

/** A model, what trains it, and the data. */
export interface Subject {
	readonly net: Sequential;
	readonly optimizer: Optimizer;
	/** Stops a run of it, where one is told of it. */
	readonly early: EarlyStopping;
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
