import type { Data, Shape } from '@pullback/core';
import { isWritten, normOf, shownElement, shownNumber, typeText } from '../graph/numbers.ts';
import type { GradientStep, Value } from './steps.ts';

/** The most steps that are written; of more, the first and the last are. */
const maxSteps = 40;

/** What an explanation is about, and its steps. */
export interface Explained {
	readonly y: string;
	readonly x: string;
	readonly gradient: Value;
	readonly steps: readonly GradientStep[];
}

/** The steps of the chain rule in columns: how each Node is computed, its local derivative, and the running product. */
export function textOf(explained: Explained): string {
	const { y, steps } = explained;
	const head = headOf(explained);
	if (steps.length === 0) return head;
	const rows: Row[] = [['step', 'local derivative', 'running product']];
	const half = maxSteps / 2;
	for (const [i, step] of steps.entries()) {
		const isLeftOut = steps.length > maxSteps && i >= half && i < steps.length - half;
		if (isLeftOut && i === half) rows.push([`... ${steps.length - maxSteps} steps ...`, '', '']);
		if (!isLeftOut) rows.push(...rowsOf(step, y));
	}
	return [head, '', ...aligned(rows)].join('\n');
}

/** The gradient of y in x, and why there is nothing to tell of it. */
export function headOf({ y, x, gradient, steps }: Explained): string {
	const head = `∂${y}/∂${x} = ${shownTensor(gradient)}`;
	if (steps.length > 0) return head;
	return y === x ? `${head}: they are the same` : `${head}: no derivative passes from ${y} to ${x}`;
}

type Row = readonly [string, string, string];

/** A step in three columns, of the derivatives of what is called y; where the last of several paths meets, their sum, too. */
export function rowsOf(step: GradientStep, y: string): Row[] {
	const { from, to, expression, formula, local, branch, branches, total } = step;
	const value = local === null ? '' : valueAfter(formula, local);
	const target = branches === 1 ? `∂${y}/∂${to}` : `∂${y}/∂${to}, ${branch} of ${branches}`;
	const row: Row = [
		`${from} = ${expression}`,
		`∂${from}/∂${to}: ${formula}${value}`,
		`${target}: ${productText(step)}`,
	];
	if (branch < branches || branches === 1) return [row];
	return [row, [`${to} branches`, '', `∂${y}/∂${to}, sum of ${branches}: ${shownTensor(total)}`]];
}

/** A value after its formula, unless that is a number. */
function valueAfter(formula: string, local: Value): string {
	return Number.isNaN(Number(formula)) ? ` = ${shownTensor(local)}` : '';
}

/** What a step adds to a gradient, as a product where it is one of two numbers. */
export function productText({ local, upstream, product }: GradientStep): string {
	const isOfNumbers = local !== null && isScalar(local) && isScalar(upstream);
	const factors = isOfNumbers ? `${shownTensor(upstream)} × ${signed(local)} = ` : '';
	return `${factors}${shownTensor(product)}`;
}

/** A negative factor in brackets. */
function signed(value: Value): string {
	const text = shownTensor(value);
	return text.startsWith('-') ? `(${text})` : text;
}

/** A tensor on one line: its elements, if they are few, else its dtype, shape and Euclidean norm. */
export function shownTensor({ shape, dtype, data }: Value): string {
	if (!isShown(shape)) return `${typeText({ shape, dtype })}, norm ${shownNumber(normOf(data))}`;
	const texts = Array.from(data, (each) => shownElement(each, dtype));
	return shape.length === 0 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}

/** Elements on one line, if they are few, else their Euclidean norm: their dtype and shape are told beside them. */
export function elementsText({ shape, dtype }: Omit<Value, 'data'>, data: Data): string {
	return isShown(shape) ? shownTensor({ shape, dtype, data }) : `norm ${shownNumber(normOf(data))}`;
}

/** Whether elements are written on one line. */
function isShown(shape: Shape): boolean {
	return isWritten(shape) && shape.length <= 1;
}

function isScalar({ shape }: Value): boolean {
	return shape.length === 0;
}

/** Rows whose columns are below one another. */
function aligned(rows: readonly Row[]): string[] {
	const widths = [0, 1, 2].map((column) =>
		rows.reduce((width, row) => Math.max(width, [...(row[column] ?? '')].length), 0),
	);
	return rows.map((row) =>
		row
			.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - [...text].length))
			.join('  ')
			.trimEnd(),
	);
}
