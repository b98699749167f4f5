import type { Scatter } from '../ir/kernel.ts';

/** The columns that are scattered together: a few cache lines of each row. */
export const blockColumns = 64;

/** What threads share: slices [length, after], each in blocks of its columns, which do not depend on each other. */
export function scatterItems({ batch, before, after }: Scatter): number {
	return batch * before * Math.ceil(after / blockColumns);
}
