import { type Node, tensor } from '@pullback/core';
import { checkedCount, checkedOptions, checkedString, describe } from '@pullback/core/arguments';
import { DataFileError } from '@pullback/files';
import { faultOf } from './fault.ts';
import { type Raster, rasterOf } from './raster.ts';
import { parseStructure } from './structure.ts';

/** What a picture becomes, and the most that is accepted. */
export interface DecodePngOptions {
	/** `'f32'`: numbers from 0 to 1, whatever the depth (the default). `'u8'`: bytes, of pictures of at most 8 bits. */
	readonly dtype?: 'f32' | 'u8';
	/** The most pixels that a picture may declare (50,000,000): more is refused before any memory is taken. */
	readonly maxPixels?: number;
}

const defaultMaxPixels = 50_000_000;

/**
 * The picture in a PNG file as a Node [height, width, channels]: 1 channel for grey, 2 with alpha, 3 for red, green and blue,
 * 4 with alpha; of every colour type and depth, interlaced or not. Colours take the place of indices into a palette, and
 * fewer than 8 bits are stretched to 8. Gamma and colour profiles are ignored; of an animation the still picture is read.
 * `file` is the name used in errors.
 * Throws a {@link DataFileError} that names file, byte and reason for what is damaged, too large or no PNG file, in time and
 * memory bounded by the bytes and the declared size; TypeError and RangeError for arguments that are none.
 */
export function decodePng(bytes: Uint8Array, file: string, options: DecodePngOptions = {}): Node {
	checkedString('decodePng', 'file', file);
	const { dtype = 'f32', maxPixels = defaultMaxPixels } = checkedOptions('decodePng', options, [
		'dtype',
		'maxPixels',
	]);
	checkedCount('decodePng', 'maxPixels', maxPixels);
	if (dtype !== 'f32' && dtype !== 'u8')
		throw new TypeError(`decodePng: dtype is ${describe(dtype)}; it must be 'f32' or 'u8'`);
	const raster = decodeRaster(bytes, file, maxPixels);
	const { width, height, channels } = raster;
	return tensor(dtype === 'u8' ? bytesOf(raster, file) : numbersOf(raster), {
		shape: [height, width, channels],
	});
}

function decodeRaster(bytes: Uint8Array, file: string, maxPixels: number): Raster {
	if (!ArrayBuffer.isView(bytes) || bytes[Symbol.toStringTag] !== 'Uint8Array')
		throw new TypeError(
			`decodePng: bytes are ${describe(bytes)}; they must be a Uint8Array, such as files are read into`,
		);
	const fault = faultOf(file);
	return rasterOf(parseStructure(bytes, maxPixels, fault), fault);
}

function bytesOf({ samples }: Raster, file: string): Uint8Array {
	if (samples instanceof Uint8Array) return samples;
	throw new DataFileError(file, 'found 16 bits for each sample, needed at most 8 for dtype u8');
}

function numbersOf({ samples }: Raster): Float32Array {
	const most = samples instanceof Uint8Array ? 255 : 65_535;
	const numbers = new Float32Array(samples.length);
	for (let i = 0; i < samples.length; i++) numbers[i] = (samples[i] ?? 0) / most;
	return numbers;
}
