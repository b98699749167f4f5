/** So long a stretch of the inner axis that a panel of it stays in the first-level cache. */
const longest = 1024;

/** In so many pages of memory a stretch lies at the most: processors remember where 64 are, some a few more. */
const mostPages = 56;
const pageBytes = 4096;
/** Fewer panels go through them too seldom: of a left operand beyond the second-level cache, stretches cost more than that. */
const fewestPanels = 3;

/**
 * The inner axis in stretches of about one length: so much of it to go through at once, for all panels of the right
 * operand, before the next stretch is added. `leftInner` is how many bytes the left operand has from one step to the next.
 */
export function stretches(
	inner: number,
	panels: number,
	leftInner: number,
): { readonly from: number; readonly length: number }[] {
	const pagesOfStep = Math.min(leftInner, pageBytes) / pageBytes;
	const most =
		panels < fewestPanels ? longest : Math.min(longest, Math.floor(mostPages / pagesOfStep));
	const count = Math.max(1, Math.ceil(inner / most));
	const size = Math.ceil(inner / count);
	return Array.from({ length: count }, (_, i) => ({
		from: i * size,
		length: Math.min(size, inner - i * size),
	}));
}
