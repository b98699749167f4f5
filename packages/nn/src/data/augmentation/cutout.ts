import { arange, type Node, type Operand, randomIntegers, splitKey, where } from '@pullback/core';
import { checkedNumber, checkedOptions } from '@pullback/core/arguments';
import { checkedBoth, checkedImages, type RowsAndColumns } from './images.ts';

/** Options of cutout. */
export interface CutoutOptions {
	/** The height and width of what is covered. */
	readonly size: RowsAndColumns;
	/** What it is covered with; 0 if left out. */
	readonly value?: number;
}

/**
 * Images [batch, ..., height, width], in each of which a rectangle is covered, around an element of its own, evenly drawn
 * by a key; at an edge, what there is of it (DeVries & Taylor 2017). Throws ShapeError for a batch of other rank.
 */
export function cutout(images: Operand, key: Operand, options: CutoutOptions): Node {
	const { size, value = 0 } = checkedOptions('cutout', options, ['size', 'value']);
	const [rows, columns] = checkedBoth('cutout', 'size', size);
	checkedNumber('cutout', 'value', value);
	const { images: x, count, height, width } = checkedImages('cutout', images);
	if (height === 0 || width === 0) return x;
	const keys = splitKey(key);
	const covers = (axis: 0 | 1, length: number, extent: number): Node => {
		// More covers no more: all of the image, wherever the centre is.
		const reach = Math.min(extent, 2 * length);
		const centre = randomIntegers(keys.slice(axis), [count, 1], { high: length });
		const from = centre.sub(Math.floor(reach / 2));
		const index = arange(length, undefined, undefined, { dtype: 'i32' });
		return index.greaterEqual(from).logicalAnd(index.less(from.add(reach)));
	};
	const between = x.shape.slice(1, -2).map(() => 1);
	const isCovered = covers(0, height, rows)
		.reshape([count, ...between, height, 1])
		.logicalAnd(covers(1, width, columns).reshape([count, ...between, 1, width]));
	return where(isCovered, value, x);
}
