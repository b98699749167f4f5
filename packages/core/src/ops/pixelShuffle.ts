import { checkedCount } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { formatShape, type Shape } from '../graph/shape.ts';
import { permute, reshape } from './movement.ts';
import { type Operand, toNode } from './operand.ts';

/**
 * [..., C factor^2, H, W] with the channels of each pixel spread over a square of pixels: [..., C, H factor, W factor]
 * (Shi et al. 2016). Throws ShapeError where the channels do not divide.
 */
export function pixelShuffle(x: Operand, factor: number): Node {
	const node = toNode('pixelShuffle', x);
	const { lead, channels, height, width } = checkedPixels('pixelShuffle', node.shape, factor);
	const square = factor * factor;
	if (channels % square !== 0)
		throw new ShapeError(
			`pixelShuffle: ${formatShape(node.shape)} has ${channels} channels, which do not divide by ${factor} squared`,
		);
	const rank = lead.length;
	const parts = reshape(node, [...lead, channels / square, factor, factor, height, width]);
	const order = [...lead.keys(), rank, rank + 3, rank + 1, rank + 4, rank + 2];
	return reshape(permute(parts, order), [
		...lead,
		channels / square,
		height * factor,
		width * factor,
	]);
}

/**
 * [..., C, H factor, W factor] with each square of pixels as channels of one: [..., C factor^2, H, W]; it undoes
 * `pixelShuffle`. Throws ShapeError where height or width do not divide.
 */
export function pixelUnshuffle(x: Operand, factor: number): Node {
	const node = toNode('pixelUnshuffle', x);
	const { lead, channels, height, width } = checkedPixels('pixelUnshuffle', node.shape, factor);
	if (height % factor !== 0 || width % factor !== 0)
		throw new ShapeError(
			`pixelUnshuffle: ${formatShape(node.shape)} has height ${height} and width ${width}; both must divide by ${factor}`,
		);
	const rank = lead.length;
	const [rows, columns] = [height / factor, width / factor];
	const parts = reshape(node, [...lead, channels, rows, factor, columns, factor]);
	const order = [...lead.keys(), rank, rank + 2, rank + 4, rank + 1, rank + 3];
	return reshape(permute(parts, order), [...lead, channels * factor * factor, rows, columns]);
}

function checkedPixels(
	operation: string,
	shape: Shape,
	factor: number,
): { lead: Shape; channels: number; height: number; width: number } {
	checkedCount(operation, 'the factor', factor);
	if (factor === 0) throw new RangeError(`${operation}: the factor is 0; it must be at least 1`);
	if (shape.length < 3)
		throw new ShapeError(
			`${operation}: ${formatShape(shape)} has ${shape.length} axes; it must be [..., C, H, W]`,
		);
	const [channels = 0, height = 0, width = 0] = shape.slice(-3);
	return { lead: shape.slice(0, -3), channels, height, width };
}
