import { checkedBoolean, checkedOptions, checkedString, describe } from '@pullback/core/arguments';
import { type Curves, checkedCurves, type Points } from '../charts/curve.ts';
import { checkedScaleName } from '../charts/drawCurves.ts';
import { extentOf } from '../charts/numbers.ts';
import { checkedSize } from '../charts/options.ts';
import { smoothed } from '../charts/smoothing.ts';
import { type Axis, axisOf, type Scale, shareOf } from '../charts/ticks.ts';
import { type Canvas, type CharacterSet, canvasOf, type Drawn, signOf } from './canvas.ts';

/** Options of terminalCurves. */
export interface TerminalCurveOptions {
	/** What stands above; nothing if left out. */
	readonly title?: string;
	/** How many characters a line has at most; 80 if left out, 40 at least. */
	readonly width?: number;
	/** How many lines the frame has; 12 if left out, 3 at least. */
	readonly height?: number;
	/** 'braille' if left out; 'block' and 'ascii' are for terminals and fonts that cannot show it. */
	readonly characters?: CharacterSet;
	/** 'linear' if left out; with 'log', values that are not above 0 are gaps. */
	readonly scale?: Scale;
	/** Whether curves are smoothed as the book's; false if left out. */
	readonly smooth?: boolean;
	/** Whether each curve has a colour, by ANSI escapes; false if left out. */
	readonly color?: boolean;
}

const names = ['title', 'width', 'height', 'characters', 'scale', 'smooth', 'color'] as const;

/** ANSI's numbers of colours that are told apart on light and on dark. */
const ansi = [36, 33, 35, 32, 34, 31] as const;

/**
 * Curves by name as lines of text, for a terminal. In Braille and blocks, curves after the first are dashed; in ASCII each
 * has a sign. A line below says which is which, with the last value of each, and what is NaN or infinite, which is a gap.
 * Throws RangeError if there is no curve.
 */
export function terminalCurves(curves: Curves, options?: TerminalCurveOptions): string {
	const operation = 'terminalCurves';
	const given = checkedOptions<TerminalCurveOptions, typeof names>(operation, options, names);
	const scale = checkedScaleName(operation, given.scale);
	const set = checkedCharacters(operation, given.characters);
	const width = checkedSize(operation, 'width', given.width, 80, 40);
	const height = checkedSize(operation, 'height', given.height, 12, 3);
	const title = given.title === undefined ? [] : [checkedString(operation, 'title', given.title)];
	const smooth =
		given.smooth === undefined ? false : checkedBoolean(operation, 'smooth', given.smooth);
	const color = given.color === undefined ? false : checkedBoolean(operation, 'color', given.color);
	const read = checkedCurves(operation, curves, scale);
	const points = smooth
		? read.map((each) => (each.isJoined ? { ...each, y: smoothed(each.y) } : each))
		: read;

	const yAxis = axisOf(extentOf(points.flatMap(({ y }) => y)), {
		scale,
		count: Math.max(2, Math.round(height / 4)),
	});
	const labels = labelsOf(yAxis, height, set);
	const margin = Math.max(...labels.map((label) => label.length));
	const columns = width - margin - 2;
	const positions = points.flatMap(({ x }) => x);
	const xAxis = axisOf(extentOf(positions), {
		count: Math.max(2, Math.round(columns / 16)),
		isWhole: positions.every(Number.isInteger),
		isTight: true,
	});
	const canvas = canvasOf(set, columns, height);
	for (const [i, curve] of points.entries()) trace(canvas, curve, i, xAxis, yAxis);
	const paint = (text: string, curve: number | null): string =>
		color && curve !== null ? `\u001b[${ansi[curve % ansi.length]}m${text}\u001b[0m` : text;
	const [corner, across, tick, side] =
		set === 'ascii' ? ['+', '-', '+', '|'] : ['└', '─', '┤', '│'];
	const rows = canvas.rows().map((row, i) => {
		const label = labels[i] ?? '';
		const content = runsIn(row)
			.map(({ character, curve }) => paint(character, curve))
			.join('');
		return `${label.padStart(margin)} ${label === '' ? side : tick}${content}`.trimEnd();
	});
	const isEmpty = points.every(({ y }) => y.every(Number.isNaN));
	return [
		...title,
		...rows,
		`${' '.repeat(margin + 1)}${corner}${across.repeat(columns)}`,
		`${' '.repeat(margin + 2)}${positionsOf(xAxis, columns, set)}`.trimEnd(),
		...(isEmpty ? ['no values'] : []),
		...points.map((curve, i) => `${paint(sampleOf(set, i), i)} ${legendOf(curve)}`),
		...read.flatMap(({ note }) => (note === null ? [] : [note])),
	].join('\n');
}

/** Neighbours of one curve as one. */
function runsIn(row: readonly Drawn[]): Drawn[] {
	const runs: Drawn[] = [];
	for (const each of row) {
		const last = runs.at(-1);
		if (last?.curve !== each.curve) runs.push(each);
		else runs[runs.length - 1] = { ...each, character: last.character + each.character };
	}
	return runs;
}

function checkedCharacters(operation: string, characters: CharacterSet | undefined): CharacterSet {
	if (characters === undefined) return 'braille';
	if (characters === 'braille' || characters === 'block' || characters === 'ascii')
		return characters;
	throw new RangeError(
		`${operation}: characters is ${describe(characters)}; it must be 'braille', 'block' or 'ascii'`,
	);
}

/** Of the second curve on, which of so many points along it are left out, so that it is told apart without colours. */
const dashes = [
	[1, 0],
	[4, 3],
	[1, 3],
	[6, 2],
] as const;

/** Marks the points of a curve and, if they are joined, those between them. */
function trace(
	canvas: Canvas,
	{ x, y, isJoined }: Points,
	number: number,
	xAxis: Axis,
	yAxis: Axis,
): void {
	const [drawn, left] = isJoined ? (dashes[number % dashes.length] ?? [1, 0]) : [1, 0];
	let [before, marked]: [readonly [number, number] | null, number] = [null, 0];
	for (const [i, value] of y.entries()) {
		const across = shareOf(xAxis, x[i] ?? Number.NaN);
		if (Number.isNaN(value) || Number.isNaN(across)) {
			before = null;
			continue;
		}
		const at = [
			Math.round(across * (canvas.width - 1)),
			Math.round((1 - shareOf(yAxis, value)) * (canvas.height - 1)),
		] as const;
		const [fromX, fromY] = before ?? at;
		const steps = Math.max(Math.abs(at[0] - fromX), Math.abs(at[1] - fromY), 1);
		for (let step = before === null ? 0 : 1; step <= (before === null ? 0 : steps); step++) {
			// The first point, which may be alone, is drawn.
			const isDrawn = marked++ % (drawn + left) < drawn;
			const share = step / steps;
			if (isDrawn)
				canvas.mark(
					Math.round(fromX + share * (at[0] - fromX)),
					Math.round(fromY + share * (at[1] - fromY)),
					number,
				);
		}
		before = isJoined ? at : null;
	}
}

/** The number at the left of each line; nothing at most. */
function labelsOf(axis: Axis, height: number, set: CharacterSet): string[] {
	const labels = Array.from({ length: height }, () => '');
	for (const tick of axis.ticks) {
		const row = Math.round((1 - shareOf(axis, tick)) * (height - 1));
		if (labels[row] === '') labels[row] = written(axis, tick, set);
	}
	return labels;
}

/** The numbers below the frame, each below its place, those left out that would touch the one before. */
function positionsOf(axis: Axis, columns: number, set: CharacterSet): string {
	let text = '';
	for (const tick of axis.ticks) {
		const label = written(axis, tick, set);
		const middle = Math.round(shareOf(axis, tick) * (columns - 1));
		const start = Math.min(
			Math.max(0, middle - Math.floor(label.length / 2)),
			columns - label.length,
		);
		if (text === '' || start > text.length) text = text.padEnd(start) + label;
	}
	return text;
}

function written({ format }: Axis, tick: number, set: CharacterSet): string {
	return set === 'ascii' ? format(tick).replaceAll('−', '-') : format(tick);
}

function sampleOf(set: CharacterSet, number: number): string {
	if (set === 'ascii') return `${signOf(number).repeat(3)} `;
	return ['────', '─ ─ ', '· · ', '──· '][number % dashes.length] ?? '────';
}

function legendOf({ name, y }: Points): string {
	const last = y.findLast((value) => !Number.isNaN(value));
	return last === undefined ? name : `${name} ${Number(last.toPrecision(4))}`;
}
