import { type Node, type Operand, tensor } from '@pullback/core';
import { toNode } from '@pullback/core/arguments';
import { imageSide } from '../labelledImages.ts';
import { inkOf } from './paper.ts';
import { crop, type Plane, planeOf, resize } from './plane.ts';
import { strokesOf } from './strokes.ts';
import { tonesOf } from './tones.ts';

/** The side of the box that a digit of MNIST fits. */
const boxSide = 20;

/** Where the centre of mass of its digits is, across and down: in the middle of pixel 14, a half beside that of the image. */
const massCentre = 14.5;

/** The longest side of a picture that is looked at in full; of a larger one, its reduced form. */
const longestSide = 512;

/**
 * The one digit in a picture [height, width] or [height, width, channels] (1 for grey, 3 for red, green and blue, one more with
 * alpha; floats from 0 to 1) as an image [28, 28] of MNIST: bright on 0, fitted into 20 by 20 pixels with its proportions kept,
 * and moved so that its centre of mass is in the middle. The picture may be of any size, dark on light or light on dark,
 * and unevenly lit. Null where nothing is drawn.
 * Throws RangeError for a shape that is no picture's and for numbers outside of 0 to 1, TypeError for arguments that are none.
 */
export function digitFromPicture(picture: Operand): Node | null {
	const tones = tonesOf(checkedPicture(toNode('digitFromPicture', picture)));
	const scale = Math.min(1, longestSide / Math.max(tones.width, tones.height));
	const strokes = strokesOf(inkOf(scaled(tones, scale)));
	return strokes === null
		? null
		: tensor(centred(boxed(strokes)).values, { shape: [imageSide, imageSide] });
}

function checkedPicture(node: Node): Node {
	const { shape, dtype } = node;
	const [height = 0, width = 0, channels = 1] = shape;
	const fits = (shape.length === 2 || shape.length === 3) && height > 0 && width > 0;
	if (!fits || channels < 1 || channels > 4)
		throw new RangeError(
			`digitFromPicture: picture is of shape [${shape.join(', ')}]; it must be [height, width] or [height, width, channels] with 1 to 4 channels and at least one pixel`,
		);
	if (dtype !== 'f32' && dtype !== 'f64')
		throw new TypeError(
			`digitFromPicture: picture is of ${dtype}; it must be of floats from 0 to 1`,
		);
	const wrong = node.data().findIndex((value: number) => !(value >= 0 && value <= 1));
	if (wrong >= 0)
		throw new RangeError(
			`digitFromPicture: picture holds ${node.data()[wrong]} at element ${wrong}; it must be from 0 to 1`,
		);
	return node;
}

function scaled(plane: Plane, scale: number): Plane {
	const [width, height] = [plane.width, plane.height].map((length) =>
		Math.max(1, Math.round(length * scale)),
	);
	return resize(plane, width ?? 1, height ?? 1);
}

/** The strokes alone, fitted into the box. */
function boxed(strokes: Plane): Plane {
	const { width, values } = strokes;
	let [left, top, right, bottom] = [width, strokes.height, -1, -1];
	for (const [i, value] of values.entries()) {
		// The palest edges are no part of the digit's size.
		if (value < 0.25) continue;
		const [x, y] = [i % width, Math.floor(i / width)];
		left = Math.min(left, x);
		right = Math.max(right, x);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y);
	}
	const part = crop(strokes, left, top, right - left + 1, bottom - top + 1);
	return scaled(part, boxSide / Math.max(part.width, part.height));
}

/** The digit in the middle of an image, by its centre of mass. */
function centred(digit: Plane): Plane {
	let [mass, across, down] = [0, 0, 0];
	for (const [i, value] of digit.values.entries()) {
		mass += value;
		across += value * ((i % digit.width) + 0.5);
		down += value * (Math.floor(i / digit.width) + 0.5);
	}
	const image = planeOf(imageSide, imageSide);
	const left = placeFor(across / mass, digit.width);
	const top = placeFor(down / mass, digit.height);
	for (const [i, value] of digit.values.entries()) {
		const [x, y] = [i % digit.width, Math.floor(i / digit.width)];
		// Weights of a mean, once rounded, may sum to more than 1.
		image.values[(top + y) * imageSide + left + x] = Math.min(value, 1);
	}
	return image;
}

/** Where a length must begin for its middle to be where those of MNIST are, or as near to that as it fits. */
function placeFor(middle: number, length: number): number {
	return Math.min(Math.max(Math.round(massCentre - middle), 0), imageSide - length);
}
