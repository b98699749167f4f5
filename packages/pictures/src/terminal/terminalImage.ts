import type { Operand } from '@pullback/core';
import { checkedBoolean, checkedCount, checkedOptions, toNode } from '@pullback/core/arguments';

/** How an image is printed. */
export interface TerminalImageOptions {
	/** The width of the terminal in characters (80). */
	readonly columns?: number;
	/** Whether the terminal shows the 256 colours of xterm: then in greys, and else in shades of blocks (false). */
	readonly colors?: boolean;
}

/** Characters that cover ever more of their place. */
const shades = [' ', '░', '▒', '▓', '█'] as const;

/** The greys of xterm's colours between black and white. */
const greys = { first: 232, count: 24 } as const;

/** The beginning of what sets colours. */
const sequence = '\x1b[';

/**
 * A grey image [height, width] as lines of text: floats from 0 (dark) to 1, or u8. With colours, two pixels stand above each
 * other in a character, upper and lower half; without, a pixel is two characters of ` ░▒▓█`, or half a character that is
 * full or empty where the terminal is too narrow for that.
 * Throws RangeError for a shape that is no grey image's, for numbers outside of 0 to 1, and for an image that is wider than
 * the terminal; TypeError for arguments that are none.
 */
export function terminalImage(image: Operand, options: TerminalImageOptions = {}): string {
	const { columns = 80, colors = false } = checkedOptions('terminalImage', options, [
		'columns',
		'colors',
	]);
	checkedCount('terminalImage', 'columns', columns);
	checkedBoolean('terminalImage', 'colors', colors);
	const node = toNode('terminalImage', image);
	const [height = 0, width = 0] = node.shape;
	if (node.shape.length !== 2 || height === 0 || width === 0)
		throw new RangeError(
			`terminalImage: image is of shape [${node.shape.join(', ')}]; it must be [height, width] with at least one pixel`,
		);
	if (width > columns)
		throw new RangeError(
			`terminalImage: image is ${width} pixels wide; with columns ${columns} it must be at most that`,
		);
	const most = node.dtype === 'u8' ? 255 : 1;
	const values = Float64Array.from(node.data(), (value) => value / most);
	const wrong = values.findIndex((value) => !(value >= 0 && value <= 1));
	if (wrong >= 0)
		throw new RangeError(
			`terminalImage: image holds ${node.data()[wrong]} at element ${wrong}; it must be from 0 to ${most}`,
		);
	const pixel = (x: number, y: number): number => values[y * width + x] ?? 0;
	const isWide = !colors && 2 * width <= columns;
	const lines: string[] = [];
	for (let y = 0; y < height; y += isWide ? 1 : 2) {
		let line = '';
		for (let x = 0; x < width; x++) {
			if (isWide) line += shadeOf(pixel(x, y)).repeat(2);
			else {
				const pair = [pixel(x, y), y + 1 < height ? pixel(x, y + 1) : 0] as const;
				line += colors ? inGreys(...pair) : halvesOf(...pair);
			}
		}
		lines.push(colors ? `${line}${sequence}0m` : line.trimEnd());
	}
	return lines.join('\n');
}

function shadeOf(value: number): string {
	return shades[Math.min(Math.floor(value * shades.length), shades.length - 1)] ?? ' ';
}

/** A character whose upper and lower half are full or empty. */
function halvesOf(upper: number, lower: number): string {
	if (upper >= 0.5) return lower >= 0.5 ? '█' : '▀';
	return lower >= 0.5 ? '▄' : ' ';
}

/** An upper half in one grey on a ground of another. */
function inGreys(upper: number, lower: number): string {
	const grey = (value: number) => greys.first + Math.round(value * (greys.count - 1));
	return `${sequence}38;5;${grey(upper)};48;5;${grey(lower)}m▀`;
}
