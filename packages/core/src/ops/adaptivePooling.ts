import type { Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { where } from './comparison.ts';
import { largestInCells } from './largestInCells.ts';
import { type Operand, toFloating } from './operand.ts';
import type { PerAxis } from './perAxis.ts';
import { cellByCell, cellsOf, evenWindows, placesIn, sizesOf } from './poolingCells.ts';
import { spatialOperand } from './poolingFrame.ts';
import { sum } from './reductions.ts';
import { sumInWindows } from './sumsInWindows.ts';

// Pooling into a given number of cells, as PyTorch's, of [batch, channels, ...spatial] or [channels, ...spatial].

/**
 * The largest element of each of `outputSize` cells of x, [batch, channels, length] or [channels, length]: of n elements,
 * cell i of m is from floor(i n / m) to before ceil((i + 1) n / m). NaN and equals as in `maxPool1d`.
 */
export function adaptiveMaxPool1d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveMaxPool('adaptiveMaxPool1d', 1, x, outputSize);
}

/** As `adaptiveMaxPool1d`, of [batch, channels, rows, columns] or [channels, rows, columns]. */
export function adaptiveMaxPool2d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveMaxPool('adaptiveMaxPool2d', 2, x, outputSize);
}

/** As `adaptiveMaxPool2d`, of three spatial axes. */
export function adaptiveMaxPool3d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveMaxPool('adaptiveMaxPool3d', 3, x, outputSize);
}

/**
 * The mean of each of `outputSize` cells of x, [batch, channels, length] or [channels, length]: of n elements, cell i of m
 * is from floor(i n / m) to before ceil((i + 1) n / m).
 */
export function adaptiveAvgPool1d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveAvgPool('adaptiveAvgPool1d', 1, x, outputSize);
}

/** As `adaptiveAvgPool1d`, of [batch, channels, rows, columns] or [channels, rows, columns]. */
export function adaptiveAvgPool2d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveAvgPool('adaptiveAvgPool2d', 2, x, outputSize);
}

/** As `adaptiveAvgPool2d`, of three spatial axes. */
export function adaptiveAvgPool3d(x: Operand, outputSize: PerAxis): Node {
	return adaptiveAvgPool('adaptiveAvgPool3d', 3, x, outputSize);
}

function adaptiveMaxPool(operation: string, axes: number, x: Operand, outputSize: PerAxis): Node {
	const node = spatialOperand(operation, axes, x);
	return largestInCells(node, cellsOf(operation, node, axes, outputSize));
}

function adaptiveAvgPool(operation: string, axes: number, x: Operand, outputSize: PerAxis): Node {
	const node = toFloating(spatialOperand(operation, axes, x));
	const cells = cellsOf(operation, node, axes, outputSize);
	const even = evenWindows(cells);
	if (even !== null) return sumInWindows(node, even).div(sizeOf(even.size));
	return cellByCell(node, cells, (x, elementsOf, axis, each) => {
		const after = new Array<number>(-axis - 1).fill(1);
		const sizes = sizesOf(each);
		const places = placesIn(each).reshape([each.longest, ...after]);
		const isOwn = places.less(sizes.reshape([each.count, 1, ...after]));
		const sums = sum(where(isOwn, elementsOf(x), 0), axis);
		return sums.div(sizes.reshape([each.count, ...after]).cast(node.dtype));
	});
}
