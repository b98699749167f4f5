import { grad } from '@pullback/core';
import { checkedBoolean, checkedOptions } from '@pullback/core/arguments';
import { colour } from '../theme.ts';
import { figureOf } from './figure.ts';
import { isDrawable } from './numbers.ts';
import { checkedSize } from './options.ts';
import { panelOf } from './panel.ts';
import { legendOfPaths, marksOfPaths } from './pathMarks.ts';
import { checkedPaths, gridOf, type Paths, type PlaneFunction, valuesOn } from './plane.ts';
import { checkedPlane, type PlaneOptions, planeOptions } from './planeOptions.ts';
import { loadPlotting } from './plotting.ts';

/** Options of drawGradientField. */
export interface GradientFieldOptions extends PlaneOptions {
	/** How many arrows there are along each axis; 17 if left out. */
	readonly arrows?: number;
	/** Whether arrows point the way that the function falls, against the gradient; true if left out. */
	readonly descent?: boolean;
	/** Ways through the plane, [n, 2] each, drawn on the arrows. */
	readonly paths?: Paths;
}

const names = [...planeOptions, 'arrows', 'descent', 'paths'] as const;

/** The most arrows along an axis: more would be shorter than can be seen. */
const maxArrows = 100;

/**
 * The gradient of a function of two Nodes, which computes element by element, as arrows, as SVG: their length is
 * proportional to the gradient's, the longest as long as there is room. Where the gradient is NaN or infinite, there is none.
 */
export async function drawGradientField(
	f: PlaneFunction,
	options?: GradientFieldOptions,
): Promise<string> {
	const operation = 'drawGradientField';
	const given = checkedOptions<GradientFieldOptions, typeof names>(operation, options, names);
	const plane = checkedPlane(operation, given, given.paths, { width: 400, height: 400 });
	const { title, theme, region, width, height } = plane;
	const paths = checkedPaths(operation, given.paths, region);
	const arrows = checkedSize(operation, 'arrows', given.arrows, 17, 2, maxArrows);
	const descent =
		given.descent === undefined ? true : checkedBoolean(operation, 'descent', given.descent);
	const grid = gridOf(inset(region, arrows), arrows, arrows);
	const [gx, gy] = grad(valuesOn(operation, f, grid.x, grid.y).sum(), [grid.x, grid.y]);
	const [slopesX, slopesY, xs, ys] = [gx.data(), gy.data(), grid.x.data(), grid.y.data()];
	// On the screen y goes down, and each axis has its own pixels for a unit.
	const perX = width / (region.x[1] - region.x[0]);
	const perY = height / (region.y[1] - region.y[0]);
	const sign = descent ? -1 : 1;
	const all = Array.from(xs, (x, i) => ({
		x,
		y: ys[i] ?? 0,
		across: sign * perX * (slopesX[i] ?? Number.NaN),
		down: -sign * perY * (slopesY[i] ?? Number.NaN),
	}));
	const drawn = all.filter(({ across, down }) => isDrawable(Math.hypot(across, down)));
	const longest = Math.max(
		...drawn.map(({ across, down }) => Math.hypot(across, down)),
		Number.MIN_VALUE,
	);
	const room = Math.min(width, height) / arrows;
	const lengthOf = (arrow: { across: number; down: number }): number =>
		(room * Math.hypot(arrow.across, arrow.down)) / longest;
	const plotting = await loadPlotting();
	const { plot } = plotting;
	return figureOf({
		title,
		theme,
		description: 'Gradient of a function, as arrows',
		panels: [
			panelOf(plotting, {
				width,
				height,
				x: plane.xAxis,
				y: plane.yAxis,
				marks: [
					// An arrow of no length would have a head.
					plot.vector(
						drawn.filter((arrow) => lengthOf(arrow) >= 0.5),
						{
							x: 'x',
							y: 'y',
							length: { value: lengthOf, scale: null },
							rotate: ({ across, down }: { across: number; down: number }) =>
								(Math.atan2(across, -down) * 180) / Math.PI,
							anchor: 'middle',
							shape: 'arrow',
							stroke: colour('series1'),
							strokeWidth: 1.2,
						},
					),
					...marksOfPaths(plotting, paths),
				],
				hasGrid: false,
			}),
		],
		columns: 1,
		legend: legendOfPaths(paths),
		notes: [
			...paths.flatMap(({ note }) => (note === null ? [] : [note])),
			...(drawn.length === all.length
				? []
				: [`Of ${all.length} gradients, ${all.length - drawn.length} are NaN or infinite.`]),
		],
	});
}

/** A region with a margin of half an arrow, so that none reaches beyond it. */
function inset(
	{ x, y }: { x: readonly [number, number]; y: readonly [number, number] },
	arrows: number,
) {
	const shrunk = ([low, high]: readonly [number, number]): readonly [number, number] => {
		const margin = (high - low) / (2 * arrows);
		return [low + margin, high - margin];
	};
	return { x: shrunk(x), y: shrunk(y) };
}
