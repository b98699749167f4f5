import type { Data, Operand } from '@pullback/core';
import { checkedOptions, describe, toNode } from '@pullback/core/arguments';
import { encode } from 'fast-png';

/** How a picture is written. */
export interface EncodePngOptions {
	/** Bits of a sample: 8 (the default), or 16 for numbers that 256 steps are too coarse for. */
	readonly depth?: 8 | 16;
}

/** The most samples that are written: the file is made in memory, several times over. */
const maxSamples = 2 ** 28;

/**
 * The bytes of a PNG file of a picture [height, width] or [height, width, channels]: 1 channel for grey, 2 with alpha, 3 for
 * red, green and blue, 4 with alpha. Floats are from 0 (dark) to 1, u8 from 0 to 255, and true is bright.
 * Throws RangeError for a shape that is no picture's, and for numbers outside of 0 to 1, with the place of the first;
 * TypeError for arguments that are none.
 */
export function encodePng(image: Operand, options: EncodePngOptions = {}): Uint8Array {
	const { depth = 8 } = checkedOptions('encodePng', options, ['depth']);
	if (depth !== 8 && depth !== 16)
		throw new RangeError(`encodePng: depth is ${describe(depth)}; it must be 8 or 16`);
	const node = toNode('encodePng', image);
	const { shape, dtype } = node;
	const [height = 0, width = 0, channels = 1] = shape;
	const fits = (shape.length === 2 || shape.length === 3) && height > 0 && width > 0;
	if (!fits || channels < 1 || channels > 4)
		throw new RangeError(
			`encodePng: image is of shape [${shape.join(', ')}]; it must be [height, width] or [height, width, channels] with 1 to 4 channels and at least one pixel`,
		);
	if (height * width * channels > maxSamples)
		throw new RangeError(
			`encodePng: image holds ${height * width * channels} samples; the most are ${maxSamples}`,
		);
	if (dtype === 'i32')
		throw new TypeError('encodePng: image is of i32; it must be of floats from 0 to 1, u8 or bool');
	const values = node.data();
	const most = dtype === 'u8' ? 255 : 1;
	return encode({ width, height, channels, depth, data: samplesOf(values, most, depth, shape) });
}

/** Values from 0 to `most` as whole numbers of so many bits. */
function samplesOf(
	values: Data,
	most: number,
	depth: 8 | 16,
	shape: readonly number[],
): Uint8Array | Uint16Array {
	const scale = (2 ** depth - 1) / most;
	const samples = depth === 8 ? new Uint8Array(values.length) : new Uint16Array(values.length);
	for (let i = 0; i < values.length; i++) {
		const value = values[i] ?? 0;
		if (!(value >= 0 && value <= most))
			throw new RangeError(
				`encodePng: image holds ${value} at [${placeOf(i, shape)}]; it must be from 0 to ${most}`,
			);
		samples[i] = Math.round(value * scale);
	}
	return samples;
}

/** The indices of an element. */
function placeOf(element: number, shape: readonly number[]): string {
	const place: number[] = [];
	for (let rest = element, axis = shape.length - 1; axis >= 0; axis--) {
		const size = shape[axis] ?? 1;
		place.unshift(rest % size);
		rest = Math.floor(rest / size);
	}
	return place.join(', ');
}
