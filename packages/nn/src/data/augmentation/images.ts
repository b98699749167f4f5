import { arange, formatShape, gather, type Node, type Operand, ShapeError } from '@pullback/core';
import { checkedCount, checkedList, toNode } from '@pullback/core/arguments';

/** A number for rows and columns alike, or one for each. */
export type RowsAndColumns = number | readonly [rows: number, columns: number];

/** Images in a batch: a Node, and the lengths of its axes that matter. */
export interface Images {
	readonly images: Node;
	readonly count: number;
	readonly height: number;
	readonly width: number;
}

/** Images [batch, ..., height, width]. */
export function checkedImages(operation: string, x: Operand): Images {
	const images = toNode(operation, x);
	const { shape } = images;
	const [count, height, width] = [shape[0], shape.at(-2), shape.at(-1)];
	if (shape.length < 3 || count === undefined || height === undefined || width === undefined)
		throw new ShapeError(
			`${operation}: images have shape ${formatShape(shape)}, must be [batch, ..., height, width], such as [batch, channels, height, width]`,
		);
	return { images, count, height, width };
}

/** Whole numbers from 0 for rows and columns. */
export function checkedBoth(
	operation: string,
	name: string,
	value: RowsAndColumns | undefined,
): readonly [rows: number, columns: number] {
	if (typeof value === 'number' || value === undefined) {
		const both = checkedCount(operation, name, value);
		return [both, both];
	}
	const { length } = checkedList(operation, name, value);
	if (length !== 2)
		throw new ShapeError(
			`${operation}: ${name} holds ${length} numbers; it must be a number or [rows, columns]`,
		);
	return [
		checkedCount(operation, `${name}[0]`, value[0]),
		checkedCount(operation, `${name}[1]`, value[1]),
	];
}

/** Of each image, `height` rows and `width` columns, from a first row and column of its own [batch]. */
export function windowsAt(
	images: Node,
	rows: Node,
	columns: Node,
	[height, width]: readonly [number, number],
): Node {
	const rank = images.shape.length;
	const from = (first: Node, count: number): Node =>
		first.expandDims(1).add(arange(count, undefined, undefined, { dtype: 'i32' }));
	const options = { batch: 1, fromEnd: false };
	const cut = gather(images, from(rows, height), { axis: rank - 2, ...options });
	return gather(cut, from(columns, width), { axis: rank - 1, ...options });
}

/** A number for each image [batch], as a tensor that broadcasts against images. */
export function besideImages(numbers: Node, images: Node): Node {
	return numbers.reshape(images.shape.map((length, axis) => (axis === 0 ? length : 1)));
}
