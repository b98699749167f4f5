import { type Data, type Node, type Operand, tensor } from '@pullback/core';
import {
	checkedCount,
	checkedList,
	checkedOptions,
	checkedString,
	toNode,
} from '@pullback/core/arguments';
import { encodePng } from './encodePng.ts';
import { columnsOf, dotsOf, glyph } from './font.ts';

/** How the images of a sheet are laid out. */
export interface ImageSheetOptions {
	/** Images side by side; as many as make the sheet about square, if left out. */
	readonly columns?: number;
	/** A short text below each image, of one line. */
	readonly labels?: readonly string[];
	/** Pixels of the sheet for each pixel of an image, across and down (4). */
	readonly scale?: number;
	/** Pixels of the sheet between two images, and around all (8). */
	readonly gap?: number;
}

/** The most pixels of a sheet. */
const maxPixels = 2 ** 26;

/** Sheets are read on screens and on paper: dark text on white; the frame tells a white image from the sheet. */
const colors = { sheet: 255, text: 32, frame: 176 } as const;

/** Pixels of the sheet for each dot of a label; 1 where an image is too narrow for it. */
const largeDot = 2;

/** Pixels between an image and its label, and as many below that, beside the gap. */
const labelGap = 4;

/**
 * The bytes of a PNG file of images side by side, such as digits that a net reads wrong: images [n, height, width], or
 * [n, height, width, 3] in colours, of floats from 0 (dark) to 1, or u8. A list of such images, all of one size, is as good.
 * Each may have a label below it, of letters, digits and signs of ASCII.
 * Throws RangeError for shapes that are none of images, for another number of labels than of images, for labels that are
 * wider than an image with its gap, and for more than 67 million pixels; TypeError for arguments that are none.
 */
export function imageSheet(images: Operand, options: ImageSheetOptions = {}): Uint8Array {
	const node = toNode('imageSheet', images);
	const [count = 0, height = 0, width = 0, channels = 1] = node.shape;
	const isImages = node.shape.length === 3 || (node.shape.length === 4 && channels === 3);
	if (!isImages || count === 0 || height === 0 || width === 0)
		throw new RangeError(
			`imageSheet: images are of shape [${node.shape.join(', ')}]; they must be [n, height, width] or [n, height, width, 3], and at least one`,
		);
	const layout = layoutOf(count, height, width, options);
	const bytes = bytesOf(node);
	const sheet = new Uint8Array(layout.height * layout.width * 3).fill(colors.sheet);
	for (let i = 0; i < count; i++) {
		const left = layout.gap + (i % layout.columns) * layout.across;
		const top = layout.gap + Math.floor(i / layout.columns) * layout.down;
		const image = bytes.subarray(
			i * height * width * channels,
			(i + 1) * height * width * channels,
		);
		drawImage(sheet, layout, { left, top }, { bytes: image, height, width, channels });
		drawLabel(sheet, layout, { left, top }, layout.labels?.[i] ?? '');
	}
	return encodePng(tensor(sheet, { shape: [layout.height, layout.width, 3] }));
}

interface Layout {
	readonly columns: number;
	readonly labels: readonly string[] | undefined;
	readonly scale: number;
	readonly gap: number;
	/** Pixels of a dot of a label. */
	readonly dot: number;
	/** Pixels of an image on the sheet. */
	readonly imageWidth: number;
	readonly imageHeight: number;
	/** Pixels from one image to the next. */
	readonly across: number;
	readonly down: number;
	/** Pixels of the sheet. */
	readonly width: number;
	readonly height: number;
}

interface Place {
	readonly left: number;
	readonly top: number;
}

interface Image {
	readonly bytes: Uint8Array;
	readonly height: number;
	readonly width: number;
	readonly channels: number;
}

function layoutOf(
	count: number,
	height: number,
	width: number,
	options: ImageSheetOptions,
): Layout {
	const {
		columns = Math.ceil(Math.sqrt(count)),
		labels,
		scale = 4,
		gap = 8,
	} = checkedOptions('imageSheet', options, ['columns', 'labels', 'scale', 'gap']);
	for (const [name, value] of Object.entries({ columns, scale })) {
		if (checkedCount('imageSheet', name, value) > 0) continue;
		throw new RangeError(`imageSheet: ${name} is 0; it must be a whole number from 1`);
	}
	checkedCount('imageSheet', 'gap', gap);
	const [imageWidth, imageHeight] = [width * scale, height * scale];
	const texts = labels === undefined ? undefined : checkedLabels(labels, count);
	const longest = Math.max(0, ...(texts ?? []).map((text) => columnsOf(text)));
	const room = imageWidth + Math.max(gap - largeDot, 0);
	const dot = longest * largeDot <= room ? largeDot : 1;
	if (longest * dot > room)
		throw new RangeError(
			`imageSheet: a label takes ${longest} pixels; with this scale and gap there are ${room}: shorten it, or raise scale`,
		);
	const across = imageWidth + gap;
	const labelHeight = texts === undefined ? 0 : 2 * labelGap + glyph.height * dot;
	const down = imageHeight + gap + labelHeight;
	const used = Math.min(columns, count);
	const sheet = {
		width: gap + used * across,
		height: gap + Math.ceil(count / columns) * down,
	};
	if (sheet.width * sheet.height > maxPixels)
		throw new RangeError(
			`imageSheet: the sheet is of ${sheet.width}x${sheet.height} pixels; the most are ${maxPixels}: lower scale, or show fewer images`,
		);
	return {
		columns,
		labels: texts,
		scale,
		gap,
		dot,
		imageWidth,
		imageHeight,
		across,
		down,
		...sheet,
	};
}

function checkedLabels(labels: readonly string[], count: number): readonly string[] {
	const texts = checkedList('imageSheet', 'labels', labels);
	if (texts.length !== count)
		throw new RangeError(
			`imageSheet: labels are ${texts.length}; they must be ${count}, one for each image`,
		);
	for (let i = 0; i < count; i++) checkedString('imageSheet', `labels[${i}]`, texts[i]);
	return texts;
}

/** Values as bytes. */
function bytesOf(node: Node): Uint8Array {
	if (node.dtype === 'i32')
		throw new TypeError(
			'imageSheet: images are of i32; they must be of floats from 0 to 1, u8 or bool',
		);
	const values: Data = node.data();
	if (node.dtype === 'u8') return Uint8Array.from(values);
	const bytes = new Uint8Array(values.length);
	for (let i = 0; i < values.length; i++) {
		const value = values[i] ?? 0;
		if (!(value >= 0 && value <= 1))
			throw new RangeError(
				`imageSheet: images hold ${value} at element ${i}; they must be from 0 to 1`,
			);
		bytes[i] = Math.round(value * 255);
	}
	return bytes;
}

function drawImage(sheet: Uint8Array, layout: Layout, { left, top }: Place, image: Image): void {
	const { scale, gap, imageWidth, imageHeight } = layout;
	// A frame of one pixel around the image, if there is room for it.
	if (gap > 0)
		for (let y = -1; y <= imageHeight; y++)
			for (let x = -1; x <= imageWidth; x++)
				if (y < 0 || x < 0 || y === imageHeight || x === imageWidth)
					paint(sheet, layout, left + x, top + y, colors.frame, colors.frame, colors.frame);
	for (let y = 0; y < imageHeight; y++)
		for (let x = 0; x < imageWidth; x++) {
			const pixel = (Math.floor(y / scale) * image.width + Math.floor(x / scale)) * image.channels;
			const red = image.bytes[pixel] ?? 0;
			const [green, blue] =
				image.channels === 1
					? [red, red]
					: [image.bytes[pixel + 1] ?? 0, image.bytes[pixel + 2] ?? 0];
			paint(sheet, layout, left + x, top + y, red, green, blue);
		}
}

/** Draws a label below an image, in the middle. */
function drawLabel(sheet: Uint8Array, layout: Layout, { left, top }: Place, text: string): void {
	const { dot, imageWidth, imageHeight } = layout;
	const from = left + Math.floor((imageWidth - columnsOf(text) * dot) / 2);
	const { text: grey } = colors;
	for (const [column, row] of dotsOf(text))
		for (let y = 0; y < dot; y++)
			for (let x = 0; x < dot; x++)
				paint(
					sheet,
					layout,
					from + column * dot + x,
					top + imageHeight + labelGap + row * dot + y,
					grey,
					grey,
					grey,
				);
}

function paint(
	sheet: Uint8Array,
	{ width }: Layout,
	x: number,
	y: number,
	red: number,
	green: number,
	blue: number,
): void {
	const at = (y * width + x) * 3;
	sheet[at] = red;
	sheet[at + 1] = green;
	sheet[at + 2] = blue;
}
