import { formatShape, type Node, type Operand, ShapeError } from '@pullback/core';
import { toTensor } from '@pullback/core/arguments';

/** Whatever holds numbers as a tensor of f64, computed. */
export function asNode(operation: string, numbers: Operand): Node {
	return toTensor(operation, numbers, 'f64', undefined);
}

/** All elements of a tensor, as numbers. */
export function elementsOf(operation: string, numbers: Operand): readonly number[] {
	return [...asNode(operation, numbers).data()];
}

/** The elements of a tensor of one axis. */
export function listOf(operation: string, name: string, numbers: Operand): readonly number[] {
	const node = asNode(operation, numbers);
	if (node.shape.length !== 1)
		throw new ShapeError(
			`${operation}: ${name} has the shape ${formatShape(node.shape)}; it must have one axis`,
		);
	return [...node.data()];
}

/** The size beyond which numbers are not drawn: the differences of greater ones may be infinite. */
const largestDrawn = 1e300;

/** Whether a number has a place along an axis: it is neither NaN nor infinite, nor beyond 1e300. */
export function isDrawable(number: number): boolean {
	return Math.abs(number) <= largestDrawn;
}

/** The least and the greatest of the numbers that can be drawn; null if none can. */
export function extentOf(numbers: Iterable<number>): readonly [low: number, high: number] | null {
	let [low, high] = [Infinity, -Infinity];
	for (const number of numbers) {
		if (!isDrawable(number)) continue;
		low = Math.min(low, number);
		high = Math.max(high, number);
	}
	return low > high ? null : [low, high];
}

/** A number in words of at most about four digits. */
export function shortNumber(number: number): string {
	if (!Number.isFinite(number) || number === 0) return String(number + 0);
	const size = Math.abs(number);
	if (size >= 1e5 || size < 1e-3)
		return number.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
	return String(Number(number.toPrecision(3)));
}
