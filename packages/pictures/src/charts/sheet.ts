import { colour } from '../theme.ts';
import type { Drawn } from './figure.ts';
import { element, fitted, line, textWidth } from './markup.ts';
import { addressOf, ownTones, type Pixels, type Tones } from './pixels.ts';

/** A picture in a sheet. */
export interface Cell {
	readonly pixels: Pixels;
	/** Lines below it. */
	readonly captions: readonly string[];
}

/** How a sheet is laid out. */
export interface SheetLayout {
	readonly columns: number;
	/** The side of the square that a picture fits in, in pixels. */
	readonly size: number;
	/** Which numbers are black and white; those of each picture that are least and greatest if null. */
	readonly tones: Tones | null;
	/** What stands above the sheet. */
	readonly caption?: string;
	/** The least distance from one picture to the next; 6 if left out. */
	readonly spacing?: number;
}

const captionSize = 12;
/** How many pixels of a PNG a pixel is wide at most. */
const maxSide = 16;
const lineSize = 10.5;
const lineHeight = 14;
/** How much wider than its picture a cell may be, in pixels. */
const maxExtraWidth = 110;

/** Pictures side by side and row by row, in order. */
export function sheetOf(
	cells: readonly Cell[],
	{ columns, size, tones, caption, spacing = 6 }: SheetLayout,
): Drawn {
	const lines = Math.max(0, ...cells.map(({ captions }) => captions.length));
	// As wide as what stands below, if that is not much wider than the picture.
	const widest = Math.max(
		0,
		...cells.flatMap(({ captions }) => captions.map((text) => textWidth(text, lineSize))),
	);
	const cellWidth = Math.max(size, Math.min(Math.ceil(widest), size + maxExtraWidth));
	const across = cellWidth + spacing;
	const down = size + lines * lineHeight + spacing + (lines > 0 ? 4 : 0);
	const used = Math.max(1, Math.min(columns, cells.length));
	const width = used * across - spacing;
	const top = caption === undefined ? 0 : 20;
	const parts = cells.map((cell, i) =>
		element(
			'g',
			{ transform: `translate(${(i % columns) * across},${top + Math.floor(i / columns) * down})` },
			drawnCell(cell, cellWidth, size, tones),
		),
	);
	const above =
		caption === undefined
			? ''
			: line(width / 2, 12, fitted(caption, captionSize, Math.max(width, 80)), {
					'font-size': captionSize,
					'font-weight': '600',
					'text-anchor': 'middle',
				});
	return {
		width,
		height: top + Math.ceil(cells.length / columns) * down,
		markup: above + parts.join(''),
	};
}

function drawnCell(
	{ pixels, captions }: Cell,
	cellWidth: number,
	size: number,
	tones: Tones | null,
): string {
	const longest = Math.max(pixels.width, pixels.height);
	const [width, height] = [(size * pixels.width) / longest, (size * pixels.height) / longest];
	// Beyond that, pixels of a picture that is enlarged have sharp edges, or edges that do not matter.
	const side = Math.min(maxSide, Math.max(1, Math.round(size / longest)));
	const place = { x: (cellWidth - width) / 2, y: (size - height) / 2, width, height };
	return [
		element('image', {
			...place,
			'image-rendering': 'pixelated',
			href: addressOf(pixels, tones ?? ownTones(pixels), side),
		}),
		// Black on black, and white on white, has an edge.
		element('rect', { ...place, fill: 'none', stroke: colour('rule') }),
		...captions.map((text, i) =>
			line(cellWidth / 2, size + 12 + i * lineHeight, fitted(text, lineSize, cellWidth + 2), {
				'font-size': lineSize,
				'text-anchor': 'middle',
				...(i === 0 ? {} : { fill: colour('muted') }),
			}),
		),
	].join('');
}
