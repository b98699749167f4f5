import { Node, type Operand } from '@pullback/core';
import { checkedOptions, isPlain } from '@pullback/core/arguments';
import { figureOf } from './figure.ts';
import { checkedPicture, checkedSize, type PictureOptions, pictureOptions } from './options.ts';
import { notFiniteIn, picturesIn } from './pixels.ts';
import { sheetOf } from './sheet.ts';

/** Options of drawFilters. */
export interface FilterOptions extends PictureOptions {
	/** How many filters stand side by side; about as many as below each other if left out. */
	readonly columns?: number;
	/** The side of a filter in pixels; 40 if left out. */
	readonly size?: number;
}

/** The most pictures in a sheet. */
const maxPictures = 1000;

/**
 * The weights of a convolution, [n, height, width], [n, 1, height, width] in grey or [n, 3, height, width] in colour, as
 * SVG; or several by name, such as `{ before, after }`, in panels. Each filter goes from black, its least weight, to white,
 * its greatest. Of other numbers of channels, choose one: `weight.slice(null, 0)`.
 */
export async function drawFilters(
	weights: Operand | { readonly [name: string]: Operand },
	options?: FilterOptions,
): Promise<string> {
	const { columns, size, ...picture } = checkedOptions<
		FilterOptions,
		[...typeof pictureOptions, 'columns', 'size']
	>('drawFilters', options, [...pictureOptions, 'columns', 'size']);
	const checked = checkedPicture('drawFilters', picture);
	const side = checkedSize('drawFilters', 'size', size, 40, 4);
	const chosen =
		columns === undefined ? undefined : checkedSize('drawFilters', 'columns', columns, 1);
	const given = isNamed(weights) ? Object.entries(weights) : [['', weights] as const];
	if (given.length === 0)
		throw new RangeError(
			'drawFilters: there are no weights; they must be given by one name at least',
		);
	const sheets = given.map(([name, each]) => {
		const what = name === '' ? 'weights' : `the entry ${JSON.stringify(name)} of weights`;
		return { name, pictures: picturesIn('drawFilters', what, each, maxPictures) };
	});
	const notFinite = notFiniteIn(sheets.flatMap(({ pictures }) => pictures));
	return figureOf({
		...checked,
		description: `Filters${given.length > 1 ? `: ${given.map(([name]) => name).join(', ')}` : ''}`,
		panels: sheets.map(({ name, pictures }) =>
			sheetOf(
				pictures.map((pixels) => ({ pixels, captions: [] })),
				{
					columns: chosen ?? Math.max(1, Math.ceil(Math.sqrt(pictures.length))),
					size: side,
					tones: null,
					...(name === '' ? {} : { caption: name }),
				},
			),
		),
		columns: Math.min(given.length, 4),
		gap: 36,
		notes: [
			'Each from its least weight, black, to its greatest, white.',
			...(notFinite === 0 ? [] : [`Magenta: ${notFinite} weights are NaN or infinite.`]),
		],
	});
}

function isNamed(
	weights: Operand | { readonly [name: string]: Operand },
): weights is { readonly [name: string]: Operand } {
	return !(weights instanceof Node) && isPlain(weights) && !('read' in weights);
}
