import type * as Plot from '@observablehq/plot';
import { colour } from '../theme.ts';
import type { Drawn } from './figure.ts';
import { fitted, line, rounded, textWidth } from './markup.ts';
import type { Plotting } from './plotting.ts';
import { type Axis, shareOf } from './ticks.ts';

/** A frame with two axes, and what is drawn in it. */
export interface Panel {
	/** What stands above the frame. */
	readonly caption?: string;
	/** What stands below the caption, smaller. */
	readonly details?: string;
	/** The size of the frame, in pixels. */
	readonly width: number;
	readonly height: number;
	readonly x: Axis;
	readonly y: Axis;
	readonly marks: readonly Plot.Markish[];
	/** How much room there is for the numbers beside the vertical axis, at least, in pixels, so that frames are aligned. */
	readonly room?: number;
	/** Words in place of what there is not. */
	readonly words?: string;
	/** Whether there are lines across the frame at ticks; so if left out. */
	readonly hasGrid?: boolean;
}

const captionSize = 12;
const detailsSize = 10.5;
const tickSize = 10.5;
const labelSize = 11.5;

/** A panel, drawn. */
export function panelOf({ plot, draw }: Plotting, panel: Panel): Drawn {
	const { width, height, x, y, caption, details, words } = panel;
	const widest = Math.max(panel.room ?? 0, roomFor(y));
	const left = Math.ceil(widest + 8 + (y.label === undefined ? 0 : labelSize + 8));
	const top = (caption === undefined ? 0 : 18) + (details === undefined ? 0 : 15) + 6;
	// Half of the last number beside the horizontal axis.
	const right = Math.max(8, Math.ceil(textWidth(x.format(x.ticks.at(-1) ?? 0), tickSize) / 2));
	const bottom = 20 + (x.label === undefined ? 0 : labelSize + 7);
	const whole = { width: left + width + right, height: top + height + bottom };
	const markup = draw({
		...whole,
		marginLeft: left,
		marginTop: top,
		marginRight: right,
		marginBottom: bottom,
		x: { type: x.scale, domain: x.domain, axis: null },
		y: { type: y.scale, domain: y.domain, axis: null },
		marks: [
			...(panel.hasGrid === false
				? []
				: [
						plot.gridX(x.ticks, { stroke: colour('rule'), strokeOpacity: 1 }),
						plot.gridY(y.ticks, { stroke: colour('rule'), strokeOpacity: 1 }),
					]),
			...panel.marks,
			plot.frame({ stroke: colour('muted') }),
		],
	});
	const middle = left + width / 2;
	const centred = { 'text-anchor': 'middle' };
	const parts = [
		`<g fill="none" stroke-linejoin="round" stroke-linecap="butt">${markup}</g>`,
		...tickLabels(panel, left, top),
		caption === undefined
			? ''
			: line(middle, 12, fitted(caption, captionSize, whole.width), {
					'font-size': captionSize,
					'font-weight': '600',
					...centred,
				}),
		details === undefined
			? ''
			: line(middle, 27, fitted(details, detailsSize, whole.width), {
					'font-size': detailsSize,
					fill: colour('muted'),
					...centred,
				}),
		x.label === undefined
			? ''
			: line(middle, whole.height - 4, x.label, { 'font-size': labelSize, ...centred }),
		y.label === undefined ? '' : turned(y.label, labelSize, top + height / 2),
		words === undefined
			? ''
			: line(middle, top + height / 2 + 4, words, {
					'font-size': captionSize,
					fill: colour('muted'),
					...centred,
				}),
	];
	return { ...whole, markup: parts.join('') };
}

/** How wide the widest number beside a vertical axis is, in pixels. */
export function roomFor({ ticks, format }: Axis): number {
	return Math.max(0, ...ticks.map((tick) => textWidth(format(tick), tickSize)));
}

function tickLabels({ x, y, width, height }: Panel, left: number, top: number): string[] {
	const small = { 'font-size': tickSize, fill: colour('muted') };
	return [
		...x.ticks.map((tick) =>
			line(left + width * shareOf(x, tick), top + height + 14, x.format(tick), {
				...small,
				'text-anchor': 'middle',
			}),
		),
		...y.ticks.map((tick) =>
			line(left - 6, top + height * (1 - shareOf(y, tick)) + 3.5, y.format(tick), {
				...small,
				'text-anchor': 'end',
			}),
		),
	];
}

/** A line of text from below to above, at the left edge. */
function turned(text: string, fontSize: number, middle: number): string {
	return line(0, 0, text, {
		'font-size': fontSize,
		'text-anchor': 'middle',
		transform: `translate(${rounded(fontSize)},${rounded(middle)})rotate(-90)`,
	});
}
