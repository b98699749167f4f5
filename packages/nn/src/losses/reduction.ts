import { mean, type Node, sum } from '@pullback/core';
import { describe } from '@pullback/core/arguments';

const reductions = ['mean', 'sum', 'none'] as const;

/** What becomes of the losses of single elements or examples: their mean, their sum, or nothing, so that all are returned. */
export type Reduction = (typeof reductions)[number];

/** What every loss can be told. */
export interface LossOptions {
	/** 'mean' if left out. */
	readonly reduction?: Reduction;
}

/** A reduction that a user named, or the mean. */
export function checkedReduction(operation: string, reduction: Reduction = 'mean'): Reduction {
	if (!reductions.includes(reduction))
		throw new RangeError(
			`${operation}: reduction is ${describe(reduction)}; it must be one of ${reductions.join(', ')}`,
		);
	return reduction;
}

/** The losses as they are to be returned. */
export function reduced(losses: Node, reduction: Reduction): Node {
	switch (reduction) {
		case 'mean':
			return mean(losses);
		case 'sum':
			return sum(losses);
		case 'none':
			return losses;
	}
}
