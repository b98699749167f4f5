import type { Node } from '@pullback/core';
import type { Sequential } from '@pullback/nn';
import type { OptimizerName } from '../training/optimizers.ts';
import type { ScheduleName } from '../training/schedules.ts';

/** A net, and how it is trained unless told otherwise. */
export interface Recipe {
	/** What it is, in the list of recipes. */
	readonly summary: string;
	/** The shape of an image that the net takes: [784], or [1, 28, 28] for convolutions. */
	readonly imageShape: readonly number[];
	/** A new net that returns a score for each digit: its parameters, and what dropout draws by, are chosen by `key`. */
	net(key: Node): Sequential;
	/** The mean loss of a batch, a scalar, of scores [n, 10] and labels i32 [n]. */
	loss(scores: Node, labels: Node): Node;
	readonly defaults: RecipeDefaults;
}

/** How a recipe trains unless told otherwise. */
export interface RecipeDefaults {
	readonly optimizer: OptimizerName;
	readonly learningRate: number;
	readonly schedule: ScheduleName;
	/** Passes over the training images. */
	readonly epochs: number;
	/** Images in a step. */
	readonly batchSize: number;
}
