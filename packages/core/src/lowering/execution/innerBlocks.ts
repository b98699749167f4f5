import type { Target } from '../target.ts';

/** Fewer panels go through a block too seldom: of a left operand beyond the second-level cache, blocks cost more than that. */
const minPanels = 3;

/** A part of the inner axis of a product. */
export interface InnerBlock {
	readonly from: number;
	readonly length: number;
}

/**
 * The inner axis of a product in blocks of about one length (the kc of Goto and van de Geijn, 2008): each is gone through
 * for all panels of the right operand before the next one is added. A block of a panel stays in the first-level cache, and
 * one of the left operand, of which neighbours lie `leftInner` bytes apart, in as many pages as a processor remembers.
 */
export function innerBlocks(
	inner: number,
	panels: number,
	leftInner: number,
	{ innerBlock, pages }: Target,
): InnerBlock[] {
	const pagesOfStep = Math.min(leftInner, pages.bytes) / pages.bytes;
	const most =
		panels < minPanels
			? innerBlock
			: Math.min(innerBlock, Math.floor(pages.remembered / pagesOfStep));
	const count = Math.max(1, Math.ceil(inner / most));
	const size = Math.ceil(inner / count);
	return Array.from({ length: count }, (_, i) => ({
		from: i * size,
		length: Math.min(size, inner - i * size),
	}));
}
