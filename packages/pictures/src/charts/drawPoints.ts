import type * as Plot from '@observablehq/plot';
import type { Operand } from '@pullback/core';
import { checkedBoolean, checkedObject, checkedOptions } from '@pullback/core/arguments';
import { lookOf } from '../theme.ts';
import { figureOf } from './figure.ts';
import { checkedSize } from './options.ts';
import { panelOf } from './panel.ts';
import { checkedPaths, type Path } from './plane.ts';
import { checkedPlane, type PlaneOptions, planeOptions } from './planeOptions.ts';
import { loadPlotting, type Plotting } from './plotting.ts';
import type { Axis } from './ticks.ts';

/** Options of drawPoints. */
export interface PointsOptions extends PlaneOptions {
	/** Whether each set has a panel of its own, all with the same axes; false if left out. */
	readonly separate?: boolean;
	/** How many panels stand side by side; about as many as below each other if left out. */
	readonly columns?: number;
}

const names = [...planeOptions, 'separate', 'columns'] as const;

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
	checkedObject(operation, 'sets', sets);
	const separate =
		given.separate === undefined ? false : checkedBoolean(operation, 'separate', given.separate);
	const side = separate && Object.keys(sets).length > 1 ? 180 : 340;
	const plane = checkedPlane(operation, given, sets, { width: side, height: side });
	const { title, theme, width, height, xAxis, yAxis } = plane;
	const read = checkedPaths(operation, sets, plane.region, 'set');
	if (read.length === 0)
		throw new RangeError(`${operation}: there is no set; it must be given one at least`);
	const panels = separate ? read.length : 1;
	const columns = checkedSize(operation, 'columns', given.columns, Math.ceil(Math.sqrt(panels)));
	const plotting = await loadPlotting();
	const panel = (caption: string | null, i: number, marks: readonly Plot.Markish[]) =>
		panelOf(plotting, {
			...(caption === null ? {} : { caption }),
			width,
			height,
			x: i >= panels - columns ? xAxis : withoutLabel(xAxis),
			y: i % columns === 0 ? yAxis : withoutLabel(yAxis),
			marks,
		});
	return figureOf({
		title,
		theme,
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

function withoutLabel({ label, ...axis }: Axis): Axis {
	return axis;
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
