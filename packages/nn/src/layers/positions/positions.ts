import {
	arange,
	DTypeError,
	formatShape,
	type Node,
	type Operand,
	type Shape,
	ShapeError,
	tensor,
} from '@pullback/core';
import {
	checkedCount,
	checkedFinite,
	checkedOptions,
	toNode,
	toTensor,
} from '@pullback/core/arguments';

/** What an encoding of positions may be given beside its input. */
export interface PositionInputs {
	/** The position of the first token, a whole number or an i32 scalar, such as the length of a cache; 0 if left out. */
	readonly offset?: Operand;
}

/** The offset of some inputs, checked. */
export function checkedOffset(operation: string, given: PositionInputs | undefined): number | Node {
	const { offset = 0 } = checkedOptions(operation, given, ['offset']);
	if (typeof offset === 'number') {
		checkedCount(operation, 'offset', offset);
		toTensor(operation, offset, 'i32', undefined); // refuses what is too large
		return offset;
	}
	const node = toNode(operation, offset);
	if (node.dtype !== 'i32' || node.shape.length > 0)
		throw new DTypeError(
			`${operation}: offset is ${node.dtype}${formatShape(node.shape)}; it must be a whole number or an i32 scalar`,
		);
	return node;
}

/** The positions of so many tokens, i32 [tokens]. */
export function positionsFrom(offset: number | Node, tokens: number): Node {
	const positions = arange(0, tokens, 1, { dtype: 'i32' });
	return offset === 0 ? positions : positions.add(offset);
}

/**
 * The angles position / base^(2 i / width) for each of the pairs i of a width, f64 [tokens, pairs]: in f32, far positions
 * would be off by thousandths.
 */
export function angles(positions: Node, width: number, base: number): Node {
	const pairs = Array.from({ length: Math.ceil(width / 2) }, (_, i) => base ** ((-2 * i) / width));
	return positions
		.cast('f64')
		.expandDims(-1)
		.mul(tensor(Float64Array.from(pairs)));
}

/** The base of the wavelengths of some angles. */
export function checkedBase(operation: string, base: number): number {
	checkedFinite(operation, 'base', base);
	if (base <= 0) throw new RangeError(`${operation}: base is ${base}; it must be above 0`);
	return base;
}

/** Refuses what is not [..., tokens, width], of any width or a given one. */
export function checkTokens(operation: string, shape: Shape, width?: number): void {
	if (shape.length < 2 || (width !== undefined && shape.at(-1) !== width))
		throw new ShapeError(
			`${operation}: got ${formatShape(shape)}, needs [..., tokens, ${width ?? 'width'}]`,
		);
}

/** The floating dtype of what is computed with x. */
export function floatingOf({ dtype }: Node): 'f32' | 'f64' {
	return dtype === 'f64' ? 'f64' : 'f32';
}
