import { elementBytes } from '../../graph/dtype.ts';
import { sizeOf } from '../../graph/shape.ts';
import type { Pack } from '../ir/kernel.ts';
import type { Target } from '../target.ts';

/** How a pack kernel goes through its source: matrix by matrix, strip of columns by strip. */
export interface Strips {
	/** The columns of a strip, whole panels; those that are left, fewer, are the last strip. */
	readonly columns: number;
	/** The strips of one matrix. */
	readonly count: number;
	/** Whether threads share steps along the inner axis, and not strips: those of the longer axis. */
	readonly acrossInner: boolean;
}

/** Panels that are filled side by side read whole cache lines of their source. */
export function stripsOf(
	{ source, at, batch, inner, columns, layout: { panel } }: Pack,
	{ cacheLineBytes }: Target,
): Strips {
	const adjacent = at.strides.at(-1) === 1;
	const panels = Math.max(1, Math.floor(cacheLineBytes / (panel * elementBytes[source.dtype])));
	const strip = adjacent ? panels * panel : panel;
	return {
		columns: strip,
		count: Math.ceil(columns / strip),
		acrossInner: adjacent && sizeOf(batch) * inner >= columns && inner > 0 && columns > 0,
	};
}

/** What threads share: strips over the whole batch, or steps along the inner axis, those that are packed together as one. */
export function packItems(pack: Pack, target: Target): number {
	const { count, acrossInner } = stripsOf(pack, target);
	return sizeOf(pack.batch) * (acrossInner ? pack.inner / stepsTogether(pack) : count);
}

/** The steps along the inner axis that are packed together. */
export function stepsTogether({ layout }: Pack): number {
	return layout.tail === 'along' ? layout.vector : 1;
}
