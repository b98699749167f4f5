import { colour, rulesOf, type Theme, themed } from '../theme.ts';
import { type LegendEntry, legendOf } from './legend.ts';
import { element, escaped, line, rounded, textWidth, wrapped } from './markup.ts';

/** Something drawn, with its upper left corner at (0, 0), in pixels. */
export interface Drawn {
	readonly width: number;
	readonly height: number;
	readonly markup: string;
}

/** What a figure is made of. */
export interface Figure {
	/** What stands above the picture; nothing if null. */
	readonly title: string | null;
	/** What the picture is, for those who do not see it, where it has no title. */
	readonly description: string;
	readonly panels: readonly Drawn[];
	/** How many panels stand side by side. */
	readonly columns: number;
	/** The distance between panels in pixels; 14 if left out. */
	readonly gap?: number;
	readonly legend?: readonly LegendEntry[];
	/** What has to be said about the data, below. */
	readonly notes?: readonly string[];
	readonly theme: Theme;
}

const padding = 14;
const usualGap = 14;
const titleSize = 15;
/** The size at which `textWidth`, which knows no bold letters, has the width of a title: they are about an eighth wider. */
const measuredTitleSize = 1.15 * titleSize;
const noteSize = 11;
const lineHeight = 1.35;

/** The document that a figure is: title, legend, panels row by row, notes. */
export function figureOf({
	title,
	description,
	panels,
	columns,
	gap = usualGap,
	legend = [],
	notes = [],
	theme,
}: Figure): string {
	const widths = columnWidths(panels, columns);
	const least = Math.min(360, Math.max(200, textWidth(title ?? '', measuredTitleSize)));
	const inner = Math.max(
		least,
		widths.reduce((sum, width) => sum + width + gap, -gap),
	);
	const parts: string[] = [];
	let y = padding;
	const words = (
		lines: readonly string[],
		size: number,
		attributes: Readonly<Record<string, string>>,
	) => {
		for (const text of lines) {
			parts.push(line(padding, y + size, text, { 'font-size': size, ...attributes }));
			y += size * lineHeight;
		}
	};
	words(title === null ? [] : wrapped(title, measuredTitleSize, inner), titleSize, {
		'font-weight': '600',
	});
	if (title !== null) y += 8;
	const key = legendOf(legend, inner);
	if (legend.length > 0) parts.push(placed(key, padding, y));
	y += key.height;
	for (let row = 0; row * columns < panels.length; row++) {
		const inRow = panels.slice(row * columns, (row + 1) * columns);
		let x = padding + (inner - widths.reduce((sum, width) => sum + width + gap, -gap)) / 2;
		for (const [i, panel] of inRow.entries()) {
			parts.push(placed(panel, x, y));
			x += (widths[i] ?? 0) + gap;
		}
		y += Math.max(...inRow.map(({ height }) => height)) + gap;
	}
	for (const note of notes)
		words(wrapped(note, noteSize, inner), noteSize, { fill: colour('muted') });
	const [width, height] = [
		Math.ceil(inner + 2 * padding),
		Math.ceil(y + padding - (notes.length > 0 ? 0 : gap)),
	];
	return documentOf({ width, height, markup: parts.join('') }, title ?? description, theme);
}

/** A whole document of a drawing. */
export function documentOf({ width, height, markup }: Drawn, title: string, theme: Theme): string {
	const rules = rulesOf(theme);
	const attributes = {
		xmlns: 'http://www.w3.org/2000/svg',
		width,
		height,
		viewBox: `0 0 ${rounded(width)} ${rounded(height)}`,
		class: 'pullback',
		role: 'img',
		'font-family': 'system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif',
		'font-size': 11,
		fill: colour('ink'),
	};
	const document = element(
		'svg',
		attributes,
		element('title', {}, escaped(title)),
		rules === '' ? '' : element('style', {}, rules),
		element('rect', { width, height, fill: colour('paper') }),
		markup,
	);
	return `${themed(document, theme)}\n`;
}

/** Something drawn elsewhere. */
export function placed({ markup }: Drawn, x: number, y: number): string {
	return element('g', { transform: `translate(${rounded(x)},${rounded(y)})` }, markup);
}

function columnWidths(panels: readonly Drawn[], columns: number): number[] {
	const widths = Array.from({ length: Math.min(columns, panels.length) }, () => 0);
	for (const [i, { width }] of panels.entries())
		widths[i % columns] = Math.max(widths[i % columns] ?? 0, width);
	return widths;
}
