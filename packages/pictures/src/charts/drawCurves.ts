import {
	checkedBoolean,
	checkedObject,
	checkedOptions,
	describe,
	isPlain,
} from '@pullback/core/arguments';
import { type Curves, checkedCurves, type Points } from './curve.ts';
import { legendOfCurves, marksOfCurves } from './curveMarks.ts';
import { figureOf } from './figure.ts';
import { extentOf } from './numbers.ts';
import {
	type CheckedPicture,
	checkedPicture,
	checkedRange,
	checkedSize,
	checkedText,
	type PictureOptions,
	pictureOptions,
} from './options.ts';
import { panelOf } from './panel.ts';
import { loadPlotting, type Plotting } from './plotting.ts';
import { type Axis, axisOf, type Scale } from './ticks.ts';

/** Options of drawCurves. */
export interface CurveOptions extends PictureOptions {
	/** What the positions are; 'step' if left out. */
	readonly xLabel?: string;
	/** What the values are; nothing is said if left out. */
	readonly yLabel?: string;
	/** 'linear' if left out; with 'log', values that are not above 0 are gaps. */
	readonly scale?: Scale;
	/** The least and the greatest value that there is room for, at least; as the curves need if left out. */
	readonly range?: readonly [low: number, high: number];
	/** Whether curves are smoothed as the book's, what they are made of faint behind; false if left out. */
	readonly smooth?: boolean;
	/** The width of the frame in pixels; 480 if left out. */
	readonly width?: number;
	/** Its height; 280 if left out. */
	readonly height?: number;
}

const curveOptions = [
	...pictureOptions,
	'xLabel',
	'yLabel',
	'scale',
	'range',
	'smooth',
	'width',
	'height',
] as const;

/**
 * Curves by name, such as losses by step, as SVG. Each has a colour, dashes and markers of its own. Values that are NaN or
 * infinite are gaps, which a line below the picture tells; where there is no value at all, words stand in the frame.
 * Throws RangeError if there is no curve.
 */
export async function drawCurves(curves: Curves, options?: CurveOptions): Promise<string> {
	const checked = checkedCurveOptions('drawCurves', options, [480, 280]);
	const points = checkedCurves('drawCurves', curves, checked.scale);
	const { title, theme } = checkedPicture('drawCurves', options ?? {});
	const only = points.length === 1 ? (points[0]?.name ?? null) : null;
	return pictureOf(await loadPlotting(), [[null, points]], {
		...checked,
		title: title ?? only,
		theme,
		columns: 1,
	});
}

/** Options of drawCurvePanels. */
export interface CurvePanelsOptions extends CurveOptions {
	/** How many panels stand side by side; about as many as below each other if left out. */
	readonly columns?: number;
}

/** Curves in several panels, by what stands above each. */
export interface CurvePanels {
	readonly [caption: string]: Curves;
}

/**
 * Curves in many small panels with the same axes, as SVG: a curve has the same look in each panel where it has the same
 * name. Otherwise as `drawCurves`.
 */
export async function drawCurvePanels(
	panels: CurvePanels,
	options?: CurvePanelsOptions,
): Promise<string> {
	const operation = 'drawCurvePanels';
	const { columns, ...others } = checkedOptions<
		CurvePanelsOptions,
		[...typeof curveOptions, 'columns']
	>(operation, options, [...curveOptions, 'columns']);
	const checked = checkedCurveOptions(operation, others, [150, 110]);
	if (!isPlain(checkedObject(operation, 'panels', panels)))
		throw new TypeError(
			`${operation}: panels are ${describe(panels)}; they must be a plain object of curves`,
		);
	const read = Object.entries(panels).map(([caption, curves]): [string, Points[]] => [
		caption,
		checkedCurves(operation, curves, checked.scale),
	]);
	if (read.length === 0)
		throw new RangeError(`${operation}: there is no panel; it must be given one at least`);
	const usualColumns = Math.ceil(Math.sqrt(read.length));
	return pictureOf(await loadPlotting(), read, {
		...checked,
		...checkedPicture(operation, others),
		columns: checkedSize(operation, 'columns', columns, usualColumns),
	});
}

interface CheckedCurveOptions {
	readonly xLabel: string;
	readonly yLabel: string | undefined;
	readonly scale: Scale;
	readonly range: readonly [low: number, high: number] | null;
	readonly smooth: boolean;
	readonly width: number;
	readonly height: number;
}

function checkedCurveOptions(
	operation: string,
	options: CurveOptions | undefined,
	[usualWidth, usualHeight]: readonly [width: number, height: number],
): CheckedCurveOptions {
	const { xLabel, yLabel, scale, range, smooth, width, height } = checkedOptions<
		CurveOptions,
		typeof curveOptions
	>(operation, options, curveOptions);
	const checkedScale = checkedScaleName(operation, scale);
	const checkedExtent = range === undefined ? null : checkedRange(operation, 'range', range);
	if (checkedExtent !== null && checkedScale === 'log' && checkedExtent[0] <= 0)
		throw new RangeError(
			`${operation}: range begins with ${checkedExtent[0]}; on a logarithmic scale it must begin above 0`,
		);
	return {
		xLabel: checkedText(operation, 'xLabel', xLabel, 'step'),
		yLabel: checkedText(operation, 'yLabel', yLabel, undefined),
		scale: checkedScale,
		range: checkedExtent,
		smooth: smooth === undefined ? false : checkedBoolean(operation, 'smooth', smooth),
		width: checkedSize(operation, 'width', width, usualWidth, 50),
		height: checkedSize(operation, 'height', height, usualHeight, 50),
	};
}

/** The name of a scale; 'linear' if left out. */
export function checkedScaleName(operation: string, scale: Scale | undefined): Scale {
	if (scale === undefined || scale === 'linear') return 'linear';
	if (scale === 'log') return scale;
	throw new RangeError(`${operation}: scale is ${describe(scale)}; it must be 'linear' or 'log'`);
}

interface PictureOfCurves extends CheckedCurveOptions, CheckedPicture {
	readonly columns: number;
}

function pictureOf(
	plotting: Plotting,
	panels: readonly (readonly [caption: string | null, curves: readonly Points[]])[],
	options: PictureOfCurves,
): string {
	const { width, height, columns, title, theme } = options;
	const all = panels.flatMap(([, curves]) => curves);
	// The same name has the same look in each panel.
	const names = [...new Set(all.map(({ name }) => name))];
	const [x, y] = axesOf(all, options);
	const drawn = panels.map(([caption, curves], i) => {
		const inOrder = names.map(
			(name) => curves.find((curve) => curve.name === name) ?? absent(name),
		);
		const isEmpty = curves.every((curve) => curve.y.every(Number.isNaN));
		return panelOf(plotting, {
			...(caption === null ? {} : { caption }),
			width,
			height,
			x: labelledIf(x, i >= panels.length - columns || panels.length === 1),
			y: labelledIf(y, i % columns === 0),
			marks: isEmpty ? [] : marksOfCurves(plotting, inOrder, options),
			...(isEmpty ? { words: 'no values' } : {}),
		});
	});
	const first = names.map((name) => all.find((curve) => curve.name === name) ?? absent(name));
	const notes = panels.flatMap(([caption, curves]) =>
		curves.flatMap(({ note }) =>
			note === null ? [] : [caption === null ? note : `${caption}: ${note}`],
		),
	);
	return figureOf({
		title,
		description: `Curves of ${names.join(', ')}`,
		panels: drawn,
		columns,
		legend: legendOfCurves(first),
		notes,
		theme,
	});
}

function absent(name: string): Points {
	return { name, x: [], y: [], band: null, isJoined: true, note: null };
}

function labelledIf(axis: Axis, isLabelled: boolean): Axis {
	const { label: _, ...bare } = axis;
	return isLabelled ? axis : bare;
}

function axesOf(
	curves: readonly Points[],
	{ scale, range, xLabel, yLabel, width, height }: PictureOfCurves,
): [x: Axis, y: Axis] {
	const seen = function* (): Generator<number> {
		for (const { y, band } of curves) {
			yield* y;
			if (band !== null) yield* [...band.low, ...band.high];
		}
		if (range !== null) yield* range;
	};
	const counts = [
		Math.max(2, Math.round(width / 65)),
		Math.max(2, Math.round(height / 45)),
	] as const;
	const positions = curves.flatMap((curve) => curve.x);
	const x = axisOf(extentOf(positions), {
		isWhole: positions.every((at) => Number.isInteger(at) || !Number.isFinite(at)),
		count: counts[0],
		label: xLabel,
		isTight: true,
	});
	const y = axisOf(extentOf(seen()), {
		scale,
		count: counts[1],
		...(yLabel === undefined ? {} : { label: yLabel }),
	});
	return [x, y];
}
