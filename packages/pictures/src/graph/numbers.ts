import { type Data, type DType, formatShape, type Node, type Shape } from '@pullback/core';

/** The digits of numbers in pictures: enough to check a product by. */
const significantDigits = 4;
/** Magnitudes from here, and below the other, are shown with an exponent. */
const minLargeMagnitude = 1e7;
const maxSmallMagnitude = 1e-4;

/** The largest matrix that is written out, and the longest row. */
const maxWrittenRows = 3;
const maxWrittenColumns = 4;

/** A number as pictures show it: 4 significant digits, whole numbers to 7. */
export function shownNumber(x: number): string {
	if (!Number.isFinite(x)) return String(x);
	const magnitude = Math.abs(x);
	if (Number.isInteger(x) && magnitude < minLargeMagnitude) return Object.is(x, -0) ? '-0' : `${x}`;
	const rounded = Number(x.toPrecision(significantDigits));
	if (magnitude >= minLargeMagnitude || magnitude < maxSmallMagnitude)
		return rounded.toExponential().replace('e+', 'e');
	return String(rounded);
}

/** An element of a dtype: truth values in words. */
export function shownElement(x: number, dtype: DType): string {
	return dtype === 'bool' ? String(x !== 0) : shownNumber(x);
}

/** A whole number with separators. */
export function shownCount(count: number): string {
	return count.toLocaleString('en-US');
}

/** A count and its unit, in the plural unless it is 1. */
export function counted(count: number, unit: string): string {
	return `${shownCount(count)} ${unit}${count === 1 ? '' : 's'}`;
}

/** The dtype and shape of a Node: `f32[100, 784]`. */
export function typeText({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>): string {
	return `${dtype}${formatShape(shape)}`;
}

/** How many elements a shape has. */
export function sizeOf(shape: Shape): number {
	return shape.reduce((size, length) => size * length, 1);
}

/** Whether all elements of a tensor are written out, rather than its dtype and shape. */
export function isWritten(shape: Shape): boolean {
	if (shape.length === 0) return true;
	const columns = shape.at(-1) ?? 0;
	const rows = sizeOf(shape.slice(0, -1));
	const isSmall = rows <= maxWrittenRows && columns <= maxWrittenColumns;
	return shape.length <= 2 && isSmall && rows * columns > 0;
}

/** The elements of a tensor, a line for each row, if they are few; else its dtype and shape, and the range of the elements. */
export function shownValue(type: Pick<Node, 'dtype' | 'shape'>, data: Data): string[] {
	const { dtype, shape } = type;
	if (!isWritten(shape)) return [typeText(type), ...shownGradient(type, data)];
	const texts = Array.from(data, (x) => shownElement(x, dtype));
	if (shape.length === 0) return texts;
	const columns = shape.at(-1) ?? 0;
	const rows = Array.from({ length: texts.length / columns }, (_, row) =>
		texts.slice(row * columns, (row + 1) * columns),
	);
	return rows.map((row) => `[${row.join(', ')}]`);
}

/** The elements of a gradient, if they are few; else their range, as its dtype and shape are those of the value. */
export function shownGradient(type: Pick<Node, 'dtype' | 'shape'>, data: Data): string[] {
	if (isWritten(type.shape)) return shownValue(type, data);
	return data.length === 0 ? [] : [rangeText(data, type.dtype)];
}

/** The least and the greatest element, and how many are no numbers. */
export function rangeText(data: Data, dtype: DType): string {
	let [least, most, lost] = [Infinity, -Infinity, 0];
	for (const x of data) {
		if (Number.isNaN(x)) lost++;
		if (x < least) least = x;
		if (x > most) most = x;
	}
	if (lost === data.length) return `all ${shownCount(lost)} NaN`;
	const range =
		least === most
			? `all ${shownElement(least, dtype)}`
			: `${shownElement(least, dtype)} to ${shownElement(most, dtype)}`;
	return lost === 0 ? range : `${range}, ${shownCount(lost)} NaN`;
}

/** The Euclidean norm of the elements, without overflow on the way. */
export function normOf(data: Data): number {
	let most = 0;
	for (const x of data) {
		if (Number.isNaN(x)) return NaN;
		most = Math.max(most, Math.abs(x));
	}
	if (most === 0 || most === Infinity) return most;
	let sum = 0;
	for (const x of data) sum += (x / most) ** 2;
	return most * Math.sqrt(sum);
}
