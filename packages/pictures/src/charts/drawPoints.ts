import type * as Plot from '@observablehq/plot';
import type { Operand } from '@pullback/core';
import { checkedBoolean, checkedObject, checkedOptions } from '@pullback/core/arguments';
import { lookOf } from '../theme.ts';
import { figureOf } from './figure.ts';
import {
	checkedPicture,
	checkedSize,
	checkedText,
	type PictureOptions,
	pictureOptions,
} from './options.ts';
import { panelOf } from './panel.ts';
import { checkedPaths, checkedRegion, type Path } from './plane.ts';
import { loadPlotting, type Plotting } from './plotting.ts';
import { axisOf } from './ticks.ts';

/** Options of drawPoints. */
export interface PointsOptions extends PictureOptions {
	/** The ends of the horizontal axis; around the points if left out. */
	readonly x?: readonly [low: number, high: number];
	/** The ends of the vertical axis. */
	readonly y?: readonly [low: number, high: number];
	/** Whether each set has a panel of its own, all with the same axes; false if left out. */
	readonly separate?: boolean;
	/** 'x' if left out. */
	readonly xLabel?: string;
	/** 'y' if left out. */
	readonly yLabel?: string;
	/** How many panels stand side by side; about as many as below each other if left out. */
	readonly columns?: number;
	/** The width of the frame in pixels; 340, or 180 in several panels, if left out. */
	readonly width?: number;
	/** Its height; the same. */
	readonly height?: number;
}

const names = [
	...pictureOptions,
	'x',
	'y',
	'separate',
	'xLabel',
	'yLabel',
	'columns',
	'width',
	'height',
] as const;

/**
 * Points in the plane, as SVG: sets by name of the shape [n, 2] each, as what a generator makes. Each has a colour and a
 * marker, or with `separate` a panel. Points that are NaN, infinite or beyond the axes are left out, which a line below tells.
 * Throws ShapeError for sets of another shape, RangeError if there is no set.
 */
export async function drawPoints(
	sets: { readonly [name: string]: Operand },
	options?: PointsOptions,
): Promise<string> {
	const operation = 'drawPoints';
	const given = checkedOptions<PointsOptions, typeof names>(operation, options, names);
	const checked = checkedPicture(operation, given);
	checkedObject(operation, 'sets', sets);
	const region = checkedRegion(operation, given, sets);
	const read = checkedPaths(operation, sets, region, 'set');
	if (read.length === 0)
		throw new RangeError(`${operation}: there is no set; it must be given one at least`);
	const separate =
		given.separate === undefined ? false : checkedBoolean(operation, 'separate', given.separate);
	const side = separate && read.length > 1 ? 180 : 340;
	const width = checkedSize(operation, 'width', given.width, side, 50);
	const height = checkedSize(operation, 'height', given.height, side, 50);
	const panels = separate ? read.length : 1;
	const columns = checkedSize(operation, 'columns', given.columns, Math.ceil(Math.sqrt(panels)));
	const xLabel = checkedText(operation, 'xLabel', given.xLabel, 'x');
	const yLabel = checkedText(operation, 'yLabel', given.yLabel, 'y');
	const plotting = await loadPlotting();
	const panel = (caption: string | null, i: number, marks: readonly Plot.Markish[]) =>
		panelOf(plotting, {
			...(caption === null ? {} : { caption }),
			width,
			height,
			x: axisOf(region.x, {
				count: Math.max(2, Math.round(width / 65)),
				...(i >= panels - columns ? { label: xLabel } : {}),
				isTight: true,
			}),
			y: axisOf(region.y, {
				count: Math.max(2, Math.round(height / 45)),
				...(i % columns === 0 ? { label: yLabel } : {}),
				isTight: true,
			}),
			marks,
		});
	return figureOf({
		...checked,
		description: `Points: ${read.map(({ name }) => name).join(', ')}`,
		panels: separate
			? // The caption tells sets apart.
				read.map((set, i) => panel(set.name, i, [marksOf(plotting, set, 0)]))
			: [
					panel(
						null,
						0,
						read.map((set, i) => marksOf(plotting, set, i)),
					),
				],
		columns,
		legend:
			separate || read.length === 1
				? []
				: read.map(({ name }, i) => ({
						...{ name, isMarked: true, isJoined: false },
						look: lookOf(i),
					})),
		notes: read.flatMap(({ note }) => (note === null ? [] : [note])),
	});
}

function marksOf({ plot }: Plotting, { points }: Path, number: number): Plot.Markish {
	const look = lookOf(number);
	const drawn = points.filter(({ x }) => !Number.isNaN(x));
	return plot.dot(drawn, {
		x: 'x',
		y: 'y',
		symbol: look.marker,
		fill: look.colour,
		// Where many points lie on each other, it is darker.
		fillOpacity: 0.7,
		r: drawn.length > 100 ? 1.8 : 3,
	});
}
