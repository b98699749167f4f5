import type * as Plot from '@observablehq/plot';
import { checkedBoolean, checkedOptions } from '@pullback/core/arguments';
import { colour } from '../theme.ts';
import { figureOf } from './figure.ts';
import { isDrawable } from './numbers.ts';
import { checkedSize } from './options.ts';
import { panelOf } from './panel.ts';
import { legendOfPaths, marksOfPaths } from './pathMarks.ts';
import {
	checkedPaths,
	gridOf,
	type Path,
	type Paths,
	type PlaneFunction,
	valuesOn,
} from './plane.ts';
import { checkedPlane, type PlaneOptions, planeOptions } from './planeOptions.ts';
import { loadPlotting, type Plotting } from './plotting.ts';

/** Options of drawContours. */
export interface ContourOptions extends PlaneOptions {
	/** Ways through the plane, [n, 2] each, drawn on the contours. */
	readonly paths?: Paths;
	/** Whether each path has a panel of its own; false if left out. */
	readonly separate?: boolean;
	/** How many contours there are; 14, or 10 in several panels, if left out. They are closer where the function has many of its values. */
	readonly levels?: number;
	/** How many panels stand side by side; 2 if left out. */
	readonly columns?: number;
}

const names = [...planeOptions, 'paths', 'separate', 'levels', 'columns'] as const;

/** The most contours: more could not be told apart. */
const maxLevels = 100;

/** How many values of the function are computed along each axis. */
const samples = 81;

/**
 * The contours of a function of two Nodes, which computes element by element, as SVG, deeper in colour where it is
 * greater, with paths on it: the first point is a ring, the last a disc. Where the function is NaN or infinite, there is none.
 */
export async function drawContours(f: PlaneFunction, options?: ContourOptions): Promise<string> {
	const operation = 'drawContours';
	const given = checkedOptions<ContourOptions, typeof names>(operation, options, names);
	const separate =
		given.separate === undefined ? false : checkedBoolean(operation, 'separate', given.separate);
	const isSmall = separate && Object.keys(given.paths ?? {}).length > 1;
	const usual = isSmall ? { width: 280, height: 200 } : { width: 420, height: 320 };
	const plane = checkedPlane(operation, given, given.paths, usual);
	const { title, theme, region, width, height } = plane;
	const paths = checkedPaths(operation, given.paths, region);
	const columns = checkedSize(operation, 'columns', given.columns, 2);
	const levels = checkedSize(operation, 'levels', given.levels, isSmall ? 10 : 14, 1, maxLevels);
	const grid = gridOf(region, samples, samples);
	const values = [...valuesOn(operation, f, grid.x, grid.y).data()];
	const notFinite = values.filter((value) => !isDrawable(value)).length;
	const plotting = await loadPlotting();
	const contours = contoursOf(plotting, values, region, levels);
	const panel = (caption: string | null, marks: readonly Plot.Markish[]) =>
		panelOf(plotting, {
			...(caption === null ? {} : { caption }),
			width,
			height,
			x: plane.xAxis,
			y: plane.yAxis,
			marks: [...contours, ...marks],
			hasGrid: false,
		});
	return figureOf({
		title,
		theme,
		description: `Contours of a function${paths.length === 0 ? '' : `, and the paths ${paths.map(({ name }) => name).join(', ')}`}`,
		panels: separate
			? paths.map((path, i) => panel(path.name, marksOfPaths(plotting, [path], i)))
			: [panel(null, marksOfPaths(plotting, paths))],
		columns: isSmall ? columns : 1,
		legend: separate ? [] : legendOfPaths(paths),
		notes: [
			...paths.flatMap(({ note }: Path) => (note === null ? [] : [note])),
			...(notFinite === 0
				? []
				: [`Of ${values.length} values of the function, ${notFinite} are NaN or infinite.`]),
		],
	});
}

/** Filled contours: each covers what is greater than its level, so that the colour deepens from level to level. */
function contoursOf(
	{ plot }: Plotting,
	values: readonly number[],
	{ x, y }: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
	levels: number,
): Plot.Markish[] {
	const sorted = values.filter(isDrawable).sort((a, b) => a - b);
	if (sorted.length === 0) return [];
	const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
	const thresholds = [...new Set(Array.from({ length: levels }, (_, i) => at((i + 0.5) / levels)))];
	return [
		plot.contour([...values], {
			width: samples,
			height: samples,
			x1: x[0],
			x2: x[1],
			y1: y[0],
			y2: y[1],
			value: (value: number) => value,
			thresholds,
			fill: colour('muted'),
			fillOpacity: Math.min(0.08, 0.7 / levels),
			stroke: colour('muted'),
			strokeWidth: 0.7,
			strokeOpacity: 0.6,
			pixelSize: 2,
		}),
	];
}
