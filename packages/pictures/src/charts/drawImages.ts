import type { Operand } from '@pullback/core';
import { checkedObject, checkedOptions, isPlain } from '@pullback/core/arguments';
import { figureOf } from './figure.ts';
import { asNode } from './numbers.ts';
import {
	checkedPicture,
	checkedRange,
	checkedSize,
	type PictureOptions,
	pictureOptions,
} from './options.ts';
import { notFiniteIn, picturesIn } from './pixels.ts';
import { sheetOf } from './sheet.ts';

/** Options of drawImages. */
export interface ImagesOptions extends PictureOptions {
	/** Which numbers are black and white; of each picture its least and greatest if left out. */
	readonly range?: readonly [black: number, white: number];
	/** How many pictures stand side by side; at most 6 if left out. */
	readonly columns?: number;
	/** The side of the square that a picture fits in, in pixels; 140 if left out. */
	readonly size?: number;
}

/** Pictures by what stands below them, each [height, width] in grey or [3, height, width] in colour, as SVG. */
export async function drawImages(
	images: { readonly [caption: string]: Operand },
	options?: ImagesOptions,
): Promise<string> {
	const { range, columns, size, ...picture } = checkedOptions<
		ImagesOptions,
		[...typeof pictureOptions, 'range', 'columns', 'size']
	>('drawImages', options, [...pictureOptions, 'range', 'columns', 'size']);
	const checked = checkedPicture('drawImages', picture);
	const tones = range === undefined ? null : checkedRange('drawImages', 'range', range);
	const side = checkedSize('drawImages', 'size', size, 140, 4);
	if (!isPlain(checkedObject('drawImages', 'images', images)))
		throw new TypeError('drawImages: images must be a plain object of tensors by caption');
	const entries = Object.entries(images);
	if (entries.length === 0)
		throw new RangeError('drawImages: there is no picture; it must be given one at least');
	const cells = entries.flatMap(([caption, image]) => {
		const what = `the image ${JSON.stringify(caption)}, in a batch,`;
		const batch = asNode('drawImages', image).expandDims(0);
		return picturesIn('drawImages', what, batch, 1).map((pixels) => ({
			pixels,
			captions: [caption],
		}));
	});
	const notFinite = notFiniteIn(cells.map(({ pixels }) => pixels));
	const inRow = checkedSize('drawImages', 'columns', columns, Math.min(6, entries.length));
	return figureOf({
		...checked,
		description: `Images: ${entries.map(([caption]) => caption).join(', ')}`,
		panels: [sheetOf(cells, { columns: inRow, size: side, tones, spacing: 12 })],
		columns: 1,
		notes: notFinite === 0 ? [] : [`Magenta: ${notFinite} numbers are NaN or infinite.`],
	});
}
