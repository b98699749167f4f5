import { type Node, where } from '@pullback/core';
import { checkedFinite, checkedOptions } from '@pullback/core/arguments';
import { checkedReduction, type LossOptions } from './reduction.ts';

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
	/** What separates right from wrong. */
	readonly margin?: number;
}

/** One Node where targets are 1, another where they are -1, and NaN elsewhere. */
export function bySign(targets: Node, one: Node, other: Node): Node {
	return where(targets.equal(1), one, where(targets.equal(-1), other, Number.NaN));
}

/** A finite margin and a reduction. */
export function checkedMargin(
	operation: string,
	options: MarginOptions | undefined,
	standard: number,
): Required<MarginOptions> {
	const { reduction, margin = standard } = checkedOptions(operation, options, [
		'reduction',
		'margin',
	]);
	checkedFinite(operation, 'margin', margin);
	return { margin, reduction: checkedReduction(operation, reduction) };
}
