import { formatShape, type Node, type Operand, ShapeError, tensor } from '@pullback/core';
import { encodePng } from '../png/encodePng.ts';
import { asNode, extentOf } from './numbers.ts';

/** A picture of numbers: grey, or red, green and blue. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
	/** 1 or 3 numbers a pixel, row by row. */
	readonly channels: 1 | 3;
	readonly numbers: ArrayLike<number>;
}

/**
 * The pictures in a tensor: [n, height, width], [n, 1, height, width] in grey, or [n, 3, height, width] in colour.
 * `largest` bounds how many there may be.
 */
export function picturesIn(
	operation: string,
	name: string,
	images: Operand,
	largest: number,
): Pixels[] {
	const node = asNode(operation, images);
	const [count = 0, ...rest] = node.shape;
	const [height = 0, width = 0] = rest.slice(-2);
	const channels = rest.length === 2 ? 1 : rest.length === 3 ? rest[0] : undefined;
	if (channels !== 1 && channels !== 3)
		throw new ShapeError(
			`${operation}: ${name} has the shape ${formatShape(node.shape)}; it must be [n, height, width], [n, 1, height, width] or [n, 3, height, width]`,
		);
	if (height === 0 || width === 0)
		throw new ShapeError(
			`${operation}: ${name} has the shape ${formatShape(node.shape)}, whose pictures have no pixels; they must have one at least`,
		);
	if (count > largest)
		throw new RangeError(
			`${operation}: ${name} holds ${count} pictures; the most are ${largest}: choose some by slice or take`,
		);
	return Array.from({ length: count }, (_, i) => pixelsOf(node.slice(i), channels, width, height));
}

function pixelsOf(image: Node, channels: 1 | 3, width: number, height: number): Pixels {
	const inOrder = channels === 3 ? image.permute([1, 2, 0]) : image;
	return { width, height, channels, numbers: inOrder.data() };
}

/** Which numbers are black and white, the first black if it is the less. */
export type Tones = readonly [black: number, white: number];

/** The least of a picture's numbers as black, its greatest as white. */
export function ownTones({ numbers }: Pixels): Tones {
	const [low, high] = extentOf(Array.from(numbers)) ?? [0, 1];
	return low < high ? [low, high] : [low - 1, low + 1];
}

/** The colour of a pixel that has no number: a magenta that no grey picture has. */
const noNumber = [200, 0, 120] as const;

/**
 * A picture as the address of a PNG. Each pixel is a square of `side` pixels, since programs differ in how they enlarge
 * pictures; those with a number that is NaN or infinite are magenta.
 */
export function addressOf(pixels: Pixels, [black, white]: Tones, side: number): string {
	const [width, height] = [pixels.width * side, pixels.height * side];
	const data = new Uint8Array(3 * width * height);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const pixel = Math.floor(y / side) * pixels.width + Math.floor(x / side);
			data.set(colourAt(pixels, pixel, black, white), 3 * (y * width + x));
		}
	}
	const png = encodePng(tensor(data, { shape: [height, width, 3] }));
	let bytes = '';
	for (const byte of png) bytes += String.fromCharCode(byte);
	return `data:image/png;base64,${btoa(bytes)}`;
}

function colourAt(
	{ channels, numbers }: Pixels,
	pixel: number,
	black: number,
	white: number,
): readonly [number, number, number] {
	const levelOf = (channel: number): number => {
		const number = numbers[pixel * channels + (channels === 1 ? 0 : channel)] ?? Number.NaN;
		// An infinity gives one, or NaN.
		const share = (number / 2 - black / 2) / (white / 2 - black / 2);
		return Number.isFinite(number) ? Math.round(255 * Math.min(1, Math.max(0, share))) : Number.NaN;
	};
	const levels = [levelOf(0), levelOf(1), levelOf(2)] as const;
	return levels.some(Number.isNaN) ? noNumber : levels;
}

/** How many numbers of pictures are NaN or infinite. */
export function notFiniteIn(pictures: readonly Pixels[]): number {
	return pictures.reduce(
		(count, { numbers }) =>
			count + Array.from(numbers).filter((number) => !Number.isFinite(number)).length,
		0,
	);
}
