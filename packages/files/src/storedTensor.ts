import { type Node, type Shape, tensor } from '@pullback/core';
import { checkedShape } from '@pullback/core/arguments';
import type { ElementCaller, ElementType } from './elements.ts';

/** How a file stores a tensor. */
export interface Storage {
	readonly type: ElementType;
	/** Whether the lowest byte of an element is the first. */
	readonly littleEndian: boolean;
	/** One that tensors can have. */
	readonly shape: Shape;
	/** The axes of the stored elements, row by row, in the tensor's order; all in reverse for Fortran's. */
	readonly axes: 'ascending' | 'descending' | readonly number[];
}

/** Sizes that a file tells, if a tensor can have them. */
export function storedShape(sizes: readonly number[], caller: ElementCaller): Shape {
	try {
		return checkedShape('tensor', sizes);
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		return caller.refuse(
			`found a shape that no tensor has, needed one that does: ${error.message}`,
		);
	}
}

/** The bytes of all elements. */
export function storedBytes({ type, shape }: Pick<Storage, 'type' | 'shape'>): number {
	return shape.reduce((product, size) => product * size, type.bytes);
}

/** The tensor whose elements are these bytes, as many as there must be. It shares no memory with them. */
export function storedTensor(
	bytes: Uint8Array,
	{ type, littleEndian, shape, axes }: Storage,
	caller: ElementCaller,
): Node {
	const elements = type.read(bytes, littleEndian, caller);
	const { dtype } = type;
	if (axes === 'ascending' || shape.length < 2) return tensor(elements, { dtype, shape });
	const order = axes === 'descending' ? shape.map((_, i) => shape.length - 1 - i) : axes;
	const rows = axes === 'descending' ? shape.toReversed() : shape;
	const moved = tensor(elements, { dtype, shape: rows }).permute(order);
	// A tensor of its own, which does not keep the other order.
	return tensor(moved.data(), { dtype, shape: moved.shape });
}
