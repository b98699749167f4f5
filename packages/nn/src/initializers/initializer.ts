import type { DType, Node, Operand, Shape } from '@pullback/core';
import { ShapeError } from '@pullback/core';
import { checkedCount, checkedOptions, checkedShape } from '@pullback/core/arguments';

/** What the elements of a parameter connect. */
export interface Fans {
	/** How many numbers each output is made of. */
	readonly inputs: number;
	/** How many outputs each number goes into. */
	readonly outputs: number;
}

/**
 * Makes the first value of a parameter, from an explicit key. The first axis of `shape` counts the inputs, as in the
 * weight of `Affine`; kernels of convolutions are made as such a matrix too. A layer whose fans are others than these
 * lengths says so: a convolution's outputs are those of all places of a kernel.
 */
export type Initializer = (key: Operand, shape: Shape, dtype: DType, fans?: Fans) => Node;

/** The fans that were told, or those of a matrix: the first axis, and all others together; each at least 1. */
export function fansOf(operation: string, shape: Shape, fans: Fans | undefined): Fans {
	const [first, ...others] = checkedShape(operation, shape);
	if (first === undefined)
		throw new ShapeError(`${operation}: a scalar of shape [] has no inputs to scale by`);
	if (fans === undefined)
		return {
			inputs: atLeastOne(first),
			outputs: atLeastOne(others.reduce((all, n) => all * n, 1)),
		};
	const { inputs, outputs } = checkedOptions(operation, fans, ['inputs', 'outputs']);
	return {
		inputs: atLeastOne(checkedCount(operation, 'fans.inputs', inputs)),
		outputs: atLeastOne(checkedCount(operation, 'fans.outputs', outputs)),
	};
}

/** Of no inputs there is nothing to scale. */
function atLeastOne(fan: number): number {
	return Math.max(fan, 1);
}

/** A shape as a matrix: its first axis, and all others in one. */
export function matrixOf(operation: string, shape: Shape): [rows: number, columns: number] {
	const [rows, ...others] = checkedShape(operation, shape);
	if (rows === undefined || others.length === 0)
		throw new ShapeError(
			`${operation}: the shape is [${shape.join(', ')}]; it must have two axes at least`,
		);
	return [rows, others.reduce((all, length) => all * length, 1)];
}
