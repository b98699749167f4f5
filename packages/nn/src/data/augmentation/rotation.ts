import {
	arange,
	broadcastTo,
	formatShape,
	type GridSampleOptions,
	gridSample,
	type Node,
	type Operand,
	ShapeError,
	stack,
	uniform,
} from '@pullback/core';
import { checkedFinite, checkedList, checkedOptions } from '@pullback/core/arguments';
import { checkedImages } from './images.ts';

/** Options of randomRotation. */
export interface RandomRotationOptions {
	/** The largest angle either way, in degrees, or the least and the largest; counter-clockwise where they are positive. */
	readonly degrees: number | readonly [low: number, high: number];
	/** What is beyond the edges: 'zeros' if left out, or the element at the 'border'. */
	readonly paddingMode?: GridSampleOptions['paddingMode'];
}

/**
 * Images [batch, ..., height, width], each turned around its centre by an angle of its own, evenly drawn by a key, between
 * neighbouring elements as `gridSample` does. Whole numbers become f32. Throws ShapeError for a batch of other rank, or of
 * images without elements, RangeError for an angle that is not finite.
 */
export function randomRotation(
	images: Operand,
	key: Operand,
	options: RandomRotationOptions,
): Node {
	const { degrees, paddingMode } = checkedOptions('randomRotation', options, [
		'degrees',
		'paddingMode',
	]);
	const [low, high] = checkedAngles(degrees);
	const { images: x, count, height, width } = checkedImages('randomRotation', images);
	if (height === 0 || width === 0)
		throw new ShapeError(
			`randomRotation: images ${formatShape(x.shape)} have no elements to go between`,
		);
	const dtype = x.dtype === 'f64' ? 'f64' : 'f32';
	const radian = Math.PI / 180;
	// Drawn in f64, so that all dtypes turn by the same angles.
	const range = { low: low * radian, high: high * radian, dtype: 'f64' } as const;
	const angles = uniform(key, [count, 1, 1], range).cast(dtype);
	// Elements from the centre, in elements: columns to the right, rows down.
	const along = (length: number): Node =>
		arange(length, undefined, undefined, { dtype }).sub((length - 1) / 2);
	const [right, down] = [along(width), along(height).expandDims(-1)];
	const [cos, sin] = [angles.cos(), angles.sin()];
	const shape = [count, height, width];
	const grid = stack(
		[
			broadcastTo(
				right
					.mul(cos)
					.sub(down.mul(sin))
					.mul(2 / width),
				shape,
			),
			broadcastTo(
				right
					.mul(sin)
					.add(down.mul(cos))
					.mul(2 / height),
				shape,
			),
		],
		-1,
	);
	const planes = x.shape.slice(1, -2).reduce((product, length) => product * length, 1);
	const turned = gridSample(x.cast(dtype).reshape([count, planes, height, width]), grid, {
		...(paddingMode !== undefined && { paddingMode }),
	});
	return turned.reshape(x.shape);
}

function checkedAngles(degrees: number | readonly number[] | undefined): readonly [number, number] {
	if (typeof degrees === 'number' || degrees === undefined) {
		const largest = checkedFinite('randomRotation', 'degrees', degrees);
		if (largest < 0)
			throw new RangeError(
				`randomRotation: degrees is ${largest}; it must be from 0, or [low, high]`,
			);
		return [-largest, largest];
	}
	const { length } = checkedList('randomRotation', 'degrees', degrees);
	if (length !== 2)
		throw new RangeError(
			`randomRotation: degrees holds ${length} numbers; it must be a number or [low, high]`,
		);
	const low = checkedFinite('randomRotation', 'degrees[0]', degrees[0]);
	const high = checkedFinite('randomRotation', 'degrees[1]', degrees[1]);
	if (low > high)
		throw new RangeError(`randomRotation: degrees are from ${low} to ${high}; they must ascend`);
	return [low, high];
}
