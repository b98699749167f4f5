import { type DType, elementBytes } from '../graph/dtype.ts';
import type { ElementOperation } from './ir/expression.ts';

/** The machine that plans are made for, as far as decisions depend on it. Programs of any target compute the same. */
export interface Target {
	/** The bytes of a vector register; those of one element where there are none. */
	readonly vectorBytes: number;
	/** The elements that are read and computed at once, whatever their dtype: as many vectors as that takes. */
	readonly elementsAtOnce: number;
	/** The rows of a product's result that are computed together: those of a tile, and of a panel of a packed left operand. */
	readonly tileRows: Readonly<Record<DType, number>>;
	/** The columns that are computed together, and those of a panel of a packed right operand. */
	readonly tileColumns: Readonly<Record<DType, number>>;
	/**
	 * The columns of a right operand after its last whole panel are filled up to a multiple of this, which divides the columns
	 * of all tiles.
	 */
	readonly panelFill: number;
	/** The dtype in which sums and products of elements of each dtype are kept. */
	readonly accumulators: Readonly<Record<DType, DType>>;
	/** The same for products of matrices. */
	readonly productAccumulators: Readonly<Record<DType, DType>>;
	/** The steps along the inner axis of a product for which a panel stays in the first-level cache. */
	readonly innerBlock: number;
	/** How large pages of memory are, and how many a processor remembers the addresses of. */
	readonly pages: { readonly bytes: number; readonly remembered: number };
	readonly cacheLineBytes: number;
	/** Bytes of a right operand that stay in the first-level cache beside everything else. */
	readonly nearCacheBytes: number;
	/** What fits a second-level cache. */
	readonly middleCacheBytes: number;
	/** Bytes of matrices that stay in the last-level cache while block after block of rows goes through them. */
	readonly farCacheBytes: number;
	/**
	 * The fewest columns of a right operand that a left one is packed for, of which neighbours along the inner axis lie at
	 * least so many bytes apart: every column goes through pages of memory for them. At multiples of `aliasing.bytes` they
	 * share a few sets of the first-level cache and drive each other out, too.
	 */
	readonly leftPacking: {
		readonly bytes: number;
		readonly columns: number;
		readonly aliasing: { readonly bytes: number; readonly columns: number };
	};
	/** The functions of f32 whose instructions stand in the loop that needs them, where it is long. */
	readonly inlined: ReadonlySet<ElementOperation>;
	/** Whether products share the rows of a kernel with other Nodes. */
	readonly fusesProducts: boolean;
	/** From how much on work is cut so that threads can share it; by shapes alone, so that bits do not depend on threads. */
	readonly sharing: {
		/** Of a product. */
		readonly multiplyAdds: number;
		/** Of a reduction. */
		readonly elements: number;
		/** So many images of a convolution are shared evenly, each done by one thread. */
		readonly images: number;
		/** As many rows are shared evenly, whatever the number of threads. */
		readonly rows: number;
		/** The most elements of one row of an elementwise kernel. */
		readonly rowElements: number;
	};
}

/** The elements of a vector. */
export function vectorLength({ vectorBytes }: Target, dtype: DType): number {
	return Math.max(1, Math.floor(vectorBytes / elementBytes[dtype]));
}

/** The columns after the last whole panel, if they are no more than a vector has elements; else 0. */
export function narrowTail(target: Target, dtype: DType, columns: number): number {
	const rest = columns % target.tileColumns[dtype];
	return rest <= vectorLength(target, dtype) ? rest : 0;
}
