import { escaped } from '../charts/markup.ts';
import { colour, colours, type Role, rulesOf, type Theme, themed } from '../theme.ts';
import { apart } from './markup.ts';

/** What a picture and its parts, by what DOT calls them, are called, and what groups of parts are marked by. */
interface PictureWords {
	readonly title: string;
	readonly titles: ReadonlyMap<string, string>;
	readonly marks: ReadonlyMap<string, string>;
}

/**
 * The SVG that Graphviz made in light colours, as a document of its own or a part of a page: with the colours of a theme,
 * and titles for those who do not see it and for whoever points at a part.
 */
export function finishedSvg(
	drawn: string,
	theme: Theme,
	{ title, titles, marks }: PictureWords,
): string {
	const start = drawn.indexOf('<svg');
	const body = drawn
		.slice(drawn.indexOf('>', start) + 1)
		.replace(/<!--[\s\S]*?-->\n?/g, '')
		.replace(/ xml:space="preserve"/g, '')
		.replaceAll(`\\${apart}`, '\\')
		.replace(/&#(\d+);/g, (_, code: string) => escaped(String.fromCodePoint(Number(code))))
		.replace(/<g id="[^"]*" class="node">[\s\S]*?<\/g>/g, centred)
		.replace(/<g id="[^"]*"/g, '<g')
		.replace(/<g (class="node">\s*<title>([^<]*)<)/g, (whole, rest: string, id: string) => {
			const mark = marks.get(id);
			return mark === undefined ? whole : `<g data-nodes="${mark}" ${rest}`;
		})
		// Of edges and ground, titles are the names of DOT.
		.replace(/<title>([^<]*)<\/title>\n?/g, (_, id: string) => {
			const text = titles.get(id);
			return text === undefined ? '' : `<title>${escaped(text)}</title>\n`;
		})
		.replace(/(fill|stroke)="(#[0-9a-f]{6})"/g, (whole, attribute: string, value: string) => {
			const role = roleOf.get(value);
			return role === undefined ? whole : `${attribute}="${colour(role)}"`;
		});
	const viewBox = /viewBox="([^"]*)"/.exec(drawn)?.[1] ?? '0 0 0 0';
	const [, , width, height] = viewBox.split(' ');
	const head = `<svg class="pullback" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" width="${width}" height="${height}" style="max-width:100%;height:auto">`;
	const rules = rulesOf(theme);
	const style = rules === '' ? '' : `<style>${rules}</style>\n`;
	return themed(`${head}\n<title>${escaped(title)}</title>\n${style}${body.trim()}\n`, theme);
}

const roleOf: ReadonlyMap<string, Role> = new Map(
	Object.entries(colours.light).map(([role, value]) => [value, role as Role]), // its keys
);

/**
 * A shape with its text at its middle, or, where a line leads down, at both sides of it: Graphviz has texts begin where they
 * would in its own font, and other fonts are wider.
 */
function centred(group: string): string {
	const [left, right] = extentOf(group);
	const middle = ((left + right) / 2).toFixed(2);
	// Of all shapes, lines that lead down alone are as narrow.
	const isUpright = right - left < 2;
	return withStrokes(group).replace(
		/text-anchor="(?:start|middle)" x="([^"]*)"/g,
		(_, x: string) => {
			if (!isUpright) return `text-anchor="middle" x="${middle}"`;
			return Number(x) < left
				? `text-anchor="end" x="${(left - gap).toFixed(2)}"`
				: `text-anchor="start" x="${(right + gap).toFixed(2)}"`;
		},
	);
}

/** Points between a line that leads down and the texts beside it. */
const gap = 3;

/** Where the first shape of a group begins and ends from left to right. */
function extentOf(group: string): readonly [number, number] {
	const [, center, radius] = /cx="([^"]*)"[^>]* rx="([^"]*)"/.exec(group) ?? [];
	if (center !== undefined)
		return [Number(center) - Number(radius), Number(center) + Number(radius)];
	const points = / (?:points|d)="([^"]*)"/.exec(group)?.[1] ?? '';
	const xs = Array.from(points.matchAll(/(-?[\d.]+),-?[\d.]+/g), ([, x]) => Number(x));
	return [Math.min(...xs), Math.max(...xs)];
}

/** Points by which lines reach into the edges that they continue. */
const overlap = 1.5;

/** Lines as strokes, as edges are: a line that is an area beside one that is a stroke looks broken where they meet. */
function withStrokes(group: string): string {
	return group.replace(
		/<polygon fill="([^"]*)" stroke="none" points="([^"]*)"\/>/,
		(_, color: string, points: string) => {
			const [xs, ys] = [0, 1].map((axis) =>
				points.split(' ').map((point) => Number(point.split(',')[axis])),
			) as [number[], number[]]; // two axes
			const [left, right] = [Math.min(...xs), Math.max(...xs)];
			const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
			const isUpright = right - left < bottom - top;
			const [x, y] = [((left + right) / 2).toFixed(2), ((top + bottom) / 2).toFixed(2)];
			const line = isUpright
				? `M${x},${top - overlap}V${bottom + overlap}`
				: `M${left - overlap},${y}H${right + overlap}`;
			return `<path fill="none" stroke="${color}" d="${line}"/>`;
		},
	);
}
