import type { Node } from '../graph/node.ts';
import { largestInCells, winnersInCells } from './largestInCells.ts';
import { largestInWindows } from './largestInWindows.ts';
import { type MaxPoolOptions, maxWindowsOf } from './maxPoolWindows.ts';
import type { Operand } from './operand.ts';
import type { PerAxis } from './perAxis.ts';
import { cellsOf } from './poolingCells.ts';
import { spatialOperand } from './poolingFrame.ts';
import { winnersInWindows } from './winnersInWindows.ts';

// Max pooling and where each result was, as PyTorch's with return_indices: functions of their own, so that what one returns
// does not depend on an option.

/**
 * `maxPool1d`, and in i32 where each of its results was: the index along the spatial axis of x, which has no padding, of the
 * first of equals, or of the first NaN. As PyTorch's with return_indices, which has the last NaN. Indices have no derivative.
 */
export function maxPool1dWithIndices(
	x: Operand,
	kernelSize: PerAxis,
	options?: MaxPoolOptions,
): [values: Node, indices: Node] {
	return withIndices('maxPool1dWithIndices', 1, x, kernelSize, options);
}

/** As `maxPool1dWithIndices`, of two spatial axes: an index is row * columns + column. */
export function maxPool2dWithIndices(
	x: Operand,
	kernelSize: PerAxis,
	options?: MaxPoolOptions,
): [values: Node, indices: Node] {
	return withIndices('maxPool2dWithIndices', 2, x, kernelSize, options);
}

/** As `maxPool2dWithIndices`, of three spatial axes: an index is (depth * rows + row) * columns + column. */
export function maxPool3dWithIndices(
	x: Operand,
	kernelSize: PerAxis,
	options?: MaxPoolOptions,
): [values: Node, indices: Node] {
	return withIndices('maxPool3dWithIndices', 3, x, kernelSize, options);
}

/** `adaptiveMaxPool1d`, and in i32 where each of its results was, as in `maxPool1dWithIndices`. */
export function adaptiveMaxPool1dWithIndices(
	x: Operand,
	outputSize: PerAxis,
): [values: Node, indices: Node] {
	return adaptiveWithIndices('adaptiveMaxPool1dWithIndices', 1, x, outputSize);
}

/** `adaptiveMaxPool2d`, and in i32 where each of its results was, as in `maxPool2dWithIndices`. */
export function adaptiveMaxPool2dWithIndices(
	x: Operand,
	outputSize: PerAxis,
): [values: Node, indices: Node] {
	return adaptiveWithIndices('adaptiveMaxPool2dWithIndices', 2, x, outputSize);
}

/** `adaptiveMaxPool3d`, and in i32 where each of its results was, as in `maxPool3dWithIndices`. */
export function adaptiveMaxPool3dWithIndices(
	x: Operand,
	outputSize: PerAxis,
): [values: Node, indices: Node] {
	return adaptiveWithIndices('adaptiveMaxPool3dWithIndices', 3, x, outputSize);
}

function withIndices(
	operation: string,
	axes: number,
	x: Operand,
	kernelSize: PerAxis,
	options: MaxPoolOptions | undefined,
): [Node, Node] {
	const node = spatialOperand(operation, axes, x);
	const windows = maxWindowsOf(operation, node, axes, kernelSize, options);
	return [largestInWindows(node, windows), winnersInWindows(node, windows).positions];
}

function adaptiveWithIndices(
	operation: string,
	axes: number,
	x: Operand,
	outputSize: PerAxis,
): [Node, Node] {
	const node = spatialOperand(operation, axes, x);
	const cells = cellsOf(operation, node, axes, outputSize);
	return [largestInCells(node, cells), winnersInCells(node, cells).positions];
}
