import {
	formatShape,
	type Node,
	type Operand,
	type PadMode,
	pad,
	randomIntegers,
	ShapeError,
	splitKey,
} from '@pullback/core';
import { checkedOptions } from '@pullback/core/arguments';
import { checkedBoth, checkedImages, type RowsAndColumns, windowsAt } from './images.ts';

/** What continues images beyond their edges. */
interface EdgeOptions {
	/** As in `pad`; 'constant' if left out. */
	readonly mode?: PadMode;
	/** The number of mode 'constant'; 0 if left out. */
	readonly value?: number;
}

/** Options of randomShift. */
export interface RandomShiftOptions extends EdgeOptions {
	/** The most rows and columns that an image moves, either way. */
	readonly max: RowsAndColumns;
}

/**
 * Images [batch, ..., height, width], each moved by whole rows and columns of its own, evenly drawn by a key; what comes
 * in at the edges is a constant, or as `pad` has it. Throws ShapeError for a batch of other rank, and where `pad` does.
 */
export function randomShift(images: Operand, key: Operand, options: RandomShiftOptions): Node {
	const { max, mode, value } = checkedOptions('randomShift', options, ['max', 'mode', 'value']);
	const [rows, columns] = checkedBoth('randomShift', 'max', max);
	const { images: x, height, width } = checkedImages('randomShift', images);
	return cut(x, key, [rows, columns], [height, width], { mode, value });
}

/** Options of randomCrop. */
export interface RandomCropOptions extends EdgeOptions {
	/** The height and width of what is cut out. */
	readonly size: RowsAndColumns;
	/** The rows and columns that are put around images before; 0 if left out. */
	readonly padding?: RowsAndColumns;
}

/**
 * Of each image [batch, ..., height, width], a part of the given size, from a place of its own, evenly drawn by a key:
 * [batch, ..., size]. Throws ShapeError for a batch of other rank, for images that are smaller, and where `pad` does.
 */
export function randomCrop(images: Operand, key: Operand, options: RandomCropOptions): Node {
	const {
		size,
		padding = 0,
		mode,
		value,
	} = checkedOptions('randomCrop', options, ['size', 'padding', 'mode', 'value']);
	const wanted = checkedBoth('randomCrop', 'size', size);
	const around = checkedBoth('randomCrop', 'padding', padding);
	const { images: x, height, width } = checkedImages('randomCrop', images);
	const whole = [height + 2 * around[0], width + 2 * around[1]] as const;
	if (wanted[0] > whole[0] || wanted[1] > whole[1])
		throw new ShapeError(
			`randomCrop: size ${formatShape(wanted)} of images ${formatShape(x.shape)}, which are ${formatShape(whole)} with their padding; it must be at most that`,
		);
	return cut(x, key, around, wanted, { mode, value });
}

/** A part of each image with rows and columns around it, from anywhere. */
function cut(
	images: Node,
	key: Operand,
	[rows, columns]: readonly [number, number],
	size: readonly [number, number],
	{ mode, value }: { readonly mode: PadMode | undefined; readonly value: number | undefined },
): Node {
	const padded = pad(
		images,
		[
			[rows, rows],
			[columns, columns],
		],
		{ ...(mode !== undefined && { mode }), ...(value !== undefined && { value }) },
	);
	const [count = 0] = images.shape;
	const keys = splitKey(key);
	const first = (axis: 0 | 1): Node =>
		randomIntegers(keys.slice(axis), [count], {
			high: (padded.shape.at(axis - 2) ?? 0) - size[axis] + 1,
		});
	return windowsAt(padded, first(0), first(1), size);
}
