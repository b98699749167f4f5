import { formatShape, grad, linspace, type Node, ShapeError, tensor } from '@pullback/core';
import {
	checkedBoolean,
	checkedFunction,
	checkedNumbers,
	checkedObject,
	checkedOptions,
	isPlain,
} from '@pullback/core/arguments';
import { colour } from '../theme.ts';
import type { Points } from './curve.ts';
import { legendOfCurves, marksOfCurves } from './curveMarks.ts';
import { figureOf } from './figure.ts';
import { asNode, extentOf, isDrawable, shortNumber } from './numbers.ts';
import {
	checkedPicture,
	checkedRange,
	checkedSize,
	checkedText,
	type PictureOptions,
	pictureOptions,
} from './options.ts';
import { panelOf } from './panel.ts';
import { loadPlotting } from './plotting.ts';
import { axisOf } from './ticks.ts';

/** Options of drawFunctions. */
export interface FunctionOptions extends PictureOptions {
	/** The ends of the horizontal axis; -5 and 5 if left out. */
	readonly x?: readonly [low: number, high: number];
	/** The least and the greatest value that there is room for; as the functions need if left out. */
	readonly y?: readonly [low: number, high: number];
	/** Whether the derivative of each function is drawn beside it; false if left out. */
	readonly slopes?: boolean;
	/** Where tangent lines touch each function; nowhere if left out. */
	readonly tangentsAt?: readonly number[];
	/** 'x' if left out. */
	readonly xLabel?: string;
	/** 'y' if left out. */
	readonly yLabel?: string;
	/** The width of the frame in pixels; 480 if left out. */
	readonly width?: number;
	/** Its height; 300 if left out. */
	readonly height?: number;
}

/** How many values of a function are computed: odd, so that the middle is among them. */
const samples = 501;
const maxTangents = 100;

/**
 * Functions of a Node, which compute element by element, by name, as SVG; with their derivatives, or tangent lines with
 * their slopes, if asked for. Where a value is NaN or infinite, a curve has a gap.
 */
export async function drawFunctions(
	functions: { readonly [name: string]: (x: Node) => Node },
	options?: FunctionOptions,
): Promise<string> {
	const operation = 'drawFunctions';
	const names = [
		...pictureOptions,
		'x',
		'y',
		'slopes',
		'tangentsAt',
		'xLabel',
		'yLabel',
		'width',
		'height',
	] as const;
	const given = checkedOptions<FunctionOptions, typeof names>(operation, options, names);
	const checked = checkedPicture(operation, given);
	const [low, high] = given.x === undefined ? [-5, 5] : checkedRange(operation, 'x', given.x);
	const room = given.y === undefined ? null : checkedRange(operation, 'y', given.y);
	const hasSlopes =
		given.slopes === undefined ? false : checkedBoolean(operation, 'slopes', given.slopes);
	const touched =
		given.tangentsAt === undefined
			? []
			: checkedNumbers(operation, 'tangentsAt', given.tangentsAt, maxTangents);
	const width = checkedSize(operation, 'width', given.width, 480, 50);
	const height = checkedSize(operation, 'height', given.height, 300, 50);
	const xLabel = checkedText(operation, 'xLabel', given.xLabel, 'x');
	const yLabel = checkedText(operation, 'yLabel', given.yLabel, 'y');
	if (!isPlain(checkedObject(operation, 'functions', functions)))
		throw new TypeError(`${operation}: functions must be a plain object of functions by name`);
	const entries = Object.entries(functions);
	if (entries.length === 0)
		throw new RangeError(`${operation}: there is no function; it must be given one at least`);

	const x = linspace(low, high, samples, { dtype: 'f64' });
	const within = (y: number): number =>
		room === null || (y >= room[0] && y <= room[1]) ? y : Number.NaN;
	const curves = entries.flatMap(([name, f]): Points[] => {
		const { y, slope } = valueAndSlope(operation, name, f, x, hasSlopes);
		const xs = [...x.data()];
		const curve = { name, x: xs, y: finite(y), band: null, isJoined: true, note: noteOf(name, y) };
		if (slope === null) return [curve];
		return [
			curve,
			{
				...curve,
				name: `slope of ${name}`,
				y: finite(slope),
				note: noteOf(`the slope of ${name}`, slope),
			},
		];
	});
	const tangents = entries.flatMap(([name, f]) =>
		touched.map((at) => {
			const { y, slope } = valueAndSlope(operation, name, f, tensor([at], { dtype: 'f64' }), true);
			return { at, y: y[0] ?? Number.NaN, slope: slope?.[0] ?? Number.NaN };
		}),
	);
	const plotting = await loadPlotting();
	const { plot } = plotting;
	const shown = curves.map((curve) => ({ ...curve, y: curve.y.map(within) }));
	const yAxis = axisOf(room ?? extentOf(shown.flatMap(({ y }) => y)), {
		count: Math.round(height / 45),
		label: yLabel,
		isTight: room !== null,
	});
	const lines = tangents.flatMap(({ at, y, slope }) =>
		tangentWithin(at, y, slope, [low, high], yAxis.domain),
	);
	return figureOf({
		...checked,
		title: checked.title ?? (entries.length === 1 ? (entries[0]?.[0] ?? null) : null),
		description: `Functions: ${entries.map(([name]) => name).join(', ')}`,
		panels: [
			panelOf(plotting, {
				width,
				height,
				x: axisOf([low, high], { count: Math.round(width / 65), label: xLabel, isTight: true }),
				y: yAxis,
				marks: [
					...marksOfCurves(plotting, shown, { width: 4 * width, smooth: false }),
					plot.link(lines, {
						x1: 'x1',
						y1: 'y1',
						x2: 'x2',
						y2: 'y2',
						stroke: colour('series2'),
						strokeWidth: 1.6,
						strokeDasharray: '6 3',
					}),
					plot.dot(lines, {
						x: 'at',
						y: 'y',
						fill: colour('series2'),
						stroke: colour('paper'),
						r: 4,
					}),
					plot.text(lines, {
						// Above the point and to the left, by pixels.
						x: ({ at }: Tangent) => at - (8 * (high - low)) / width,
						y: ({ y }: Tangent) => y + (8 * (yAxis.domain[1] - yAxis.domain[0])) / height,
						text: ({ slope }: Tangent) => `slope ${shortNumber(slope)}`,
						textAnchor: 'end',
						lineAnchor: 'bottom',
						fontSize: 11,
						fill: colour('ink'),
						stroke: colour('paper'),
						strokeWidth: 4,
					}),
				],
			}),
		],
		columns: 1,
		legend: legendOfCurves(curves),
		notes: [
			...curves.flatMap(({ note }) => (note === null ? [] : [note])),
			...(lines.length === tangents.length
				? []
				: [
						`Of ${tangents.length} tangents, ${tangents.length - lines.length} are not in the frame.`,
					]),
		],
	});
}

function valueAndSlope(
	operation: string,
	name: string,
	f: (x: Node) => Node,
	x: Node,
	hasSlope: boolean,
): { readonly y: readonly number[]; readonly slope: readonly number[] | null } {
	const what = `the function ${JSON.stringify(name)}`;
	const y = asNode(operation, checkedFunction(operation, what, f)(x));
	if (y.shape.length !== 1 || y.shape[0] !== x.shape[0])
		throw new ShapeError(
			`${operation}: ${what} returned the shape ${formatShape(y.shape)} for the shape ${formatShape(x.shape)}; it must compute element by element`,
		);
	return { y: [...y.data()], slope: hasSlope ? [...grad(y.sum(), [x])[0].data()] : null };
}

function finite(numbers: readonly number[]): number[] {
	return numbers.map((number) => (isDrawable(number) ? number : Number.NaN));
}

function noteOf(name: string, numbers: readonly number[]): string | null {
	const count = numbers.filter((number) => !isDrawable(number)).length;
	return count === 0
		? null
		: `Gaps in ${name}: of ${numbers.length} values, ${count} NaN or infinite.`;
}

/** A tangent line: where it touches, how steep it is, and its ends. */
interface Tangent {
	readonly at: number;
	readonly y: number;
	readonly slope: number;
	readonly x1: number;
	readonly y1: number;
	readonly x2: number;
	readonly y2: number;
}

/** The part of a tangent line in a frame, if its point is in it; nothing if not. */
function tangentWithin(
	at: number,
	y: number,
	slope: number,
	[low, high]: readonly [number, number],
	[bottom, top]: readonly [number, number],
): Tangent[] {
	if (!(at >= low && at <= high && y >= bottom && y <= top && isDrawable(slope))) return [];
	const endAt = (end: number): { readonly x: number; readonly y: number } => {
		const reached = y + slope * (end - at);
		const inFrame = Math.min(top, Math.max(bottom, reached));
		return inFrame === reached
			? { x: end, y: reached }
			: { x: at + (inFrame - y) / slope, y: inFrame };
	};
	const [from, to] = [endAt(low), endAt(high)];
	return [{ at, y, slope, x1: from.x, y1: from.y, x2: to.x, y2: to.y }];
}
