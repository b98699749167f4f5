import type { Look } from '../theme.ts';
import type { Drawn } from './figure.ts';
import { element, fitted, line, textWidth } from './markup.ts';

/** A curve in a legend. */
export interface LegendEntry {
	readonly name: string;
	readonly look: Look;
	/** Whether points of the curve are marked. */
	readonly isMarked: boolean;
	/** Whether there is a line. */
	readonly isJoined: boolean;
}

const fontSize = 12;
const sampleWidth = 30;
const rowHeight = 20;
const between = 20;

/** Samples of curves with their names, in rows no wider than so many pixels. */
export function legendOf(entries: readonly LegendEntry[], width: number): Drawn {
	let [x, row] = [0, 0];
	const parts: string[] = [];
	for (const { name, look, isMarked, isJoined } of entries) {
		const text = fitted(name, fontSize, Math.max(width - sampleWidth - 8, 40));
		const length = sampleWidth + 8 + textWidth(text, fontSize);
		if (x > 0 && x + length > width) [x, row] = [0, row + 1];
		const y = row * rowHeight + 10;
		parts.push(
			isJoined
				? element('line', {
						x1: x,
						y1: y,
						x2: x + sampleWidth,
						y2: y,
						stroke: look.colour,
						'stroke-width': 2,
						'stroke-dasharray': look.dash === 'none' ? undefined : look.dash,
					})
				: '',
			isMarked ? markerAt(look, x + sampleWidth / 2, y) : '',
			line(x + sampleWidth + 8, y + 4, text, { 'font-size': fontSize }),
		);
		x += length + between;
	}
	const height = entries.length === 0 ? 0 : (row + 1) * rowHeight + 8;
	return { width, height, markup: parts.join('') };
}

/** The shapes of markers around (0, 0), as Observable Plot draws them. */
const shapes: Readonly<Record<Look['marker'], string>> = {
	circle: 'M3.6,0A3.6,3.6,0,1,1,-3.6,0A3.6,3.6,0,1,1,3.6,0',
	square: 'M-3.2,-3.2H3.2V3.2H-3.2Z',
	triangle: 'M0,-4.3L4,2.8H-4Z',
	diamond: 'M0,-5L3.4,0L0,5L-3.4,0Z',
	cross: 'M-4.2,-1.4H-1.4V-4.2H1.4V-1.4H4.2V1.4H1.4V4.2H-1.4V1.4H-4.2Z',
	star: 'M0,-5L1.2,-1.6L4.8,-1.6L1.9,0.6L3,4L0,2L-3,4L-1.9,0.6L-4.8,-1.6L-1.2,-1.6Z',
};

function markerAt(look: Look, x: number, y: number): string {
	return element('path', {
		d: shapes[look.marker],
		transform: `translate(${x},${y})`,
		fill: look.colour,
	});
}
