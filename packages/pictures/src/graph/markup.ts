import { textWidth } from '../charts/markup.ts';

/** The size of text in a picture where nothing else is said, in points. */
export const textSize = 11;

/** A line of a label: its text, and how it looks. */
export interface Line {
	readonly text: string;
	readonly color: string;
	/** In points; `textSize` if left out. */
	readonly size?: number;
	readonly bold?: boolean;
	readonly italic?: boolean;
}

/** A space without width, which keeps Graphviz from reading `\\N` and the like as the name of a shape. */
export const apart = '\u200b';

/** Text within the HTML-like labels of DOT: no sign of it is read as markup or as an escape. */
function escaped(text: string): string {
	return text
		.replace(/\\(?=[NGETHL])/g, `\\${apart}`)
		.replace(/[&<>"'\\]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A line of a label in DOT. */
export function styled({ text, color, size, bold, italic }: Line): string {
	const shown = escaped(text);
	const weighted = bold === true ? `<B>${shown}</B>` : shown;
	const slanted = italic === true ? `<I>${weighted}</I>` : weighted;
	const points = size === undefined ? '' : ` POINT-SIZE="${size}"`;
	return `<FONT COLOR="${color}"${points}>${slanted}</FONT>`;
}

/** Lines below one another. */
export function lines(each: readonly Line[]): string {
	return each.map(styled).join('<BR/>');
}

/** How much wider bold text is at most. */
const boldFactor = 1.15;

/** How wide lines are at most, in points: what shows a picture has other fonts than Graphviz, which laid it out. */
export function widthOf(each: readonly Line[]): number {
	return each.reduce(
		(width, { text, size = textSize, bold }) =>
			Math.max(width, textWidth(text, size) * (bold === true ? boldFactor : 1)),
		0,
	);
}
