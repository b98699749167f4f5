import { checkedList, checkedOptions, checkedString } from '@pullback/core/arguments';
import { type Drawn, figureOf } from './figure.ts';
import { checkedPicture, checkedSize, type PictureOptions, pictureOptions } from './options.ts';

/** Options of drawGrid. */
export interface GridOptions extends PictureOptions {
	/** How many pictures stand side by side; about as many as below each other if left out. */
	readonly columns?: number;
}

/** The most pictures in a grid. */
const maxPictures = 1000;

/** What this package writes before the content of a picture. */
const opening =
	/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="(\d+)" height="(\d+)"[^>]* class="pullback"[^>]*><title>[^<]*<\/title>(<style>[^<]*<\/style>)?/;

/**
 * Pictures that functions of this package drew, row by row, as one. Those of the theme 'auto' take the theme of the whole;
 * others keep theirs.
 */
export async function drawGrid(
	pictures: readonly (string | Promise<string>)[],
	options?: GridOptions,
): Promise<string> {
	const { columns, ...picture } = checkedOptions<
		GridOptions,
		[...typeof pictureOptions, 'columns']
	>('drawGrid', options, [...pictureOptions, 'columns']);
	const checked = checkedPicture('drawGrid', picture);
	const chosen = columns === undefined ? undefined : checkedSize('drawGrid', 'columns', columns, 1);
	const { length } = checkedList('drawGrid', 'pictures', pictures);
	if (length > maxPictures)
		throw new RangeError(`drawGrid: there are ${length} pictures; the most are ${maxPictures}`);
	const given = await Promise.all(pictures);
	if (given.length === 0)
		throw new RangeError('drawGrid: there is no picture; it must be given one at least');
	return figureOf({
		...checked,
		description: `Pictures: ${given.length}`,
		panels: given.map((each, i) => drawnIn(i, each)),
		columns: chosen ?? Math.ceil(Math.sqrt(given.length)),
	});
}

function drawnIn(i: number, picture: string): Drawn {
	const text = checkedString('drawGrid', `entry ${i} of pictures`, picture);
	const [whole, width, height] = opening.exec(text) ?? [];
	if (whole === undefined)
		throw new TypeError(
			`drawGrid: entry ${i} of pictures is no picture of this package; it must be what a function such as drawCurves returned`,
		);
	return {
		width: Number(width),
		height: Number(height),
		markup: text.slice(whole.length, text.lastIndexOf('</svg>')),
	};
}
