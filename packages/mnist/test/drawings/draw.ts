import { type Node, normal, randomKey, splitKey, tensor, uniform } from '@pullback/core';
import { digitStrokes, lineOf, type Point, type Stroke } from './strokes.ts';

/** Red, green and blue from 0 to 1. */
type Color = readonly [red: number, green: number, blue: number];

/** How a digit is drawn. */
export interface Drawing {
	readonly digit: number;
	/** Pixels of the picture. */
	readonly width: number;
	readonly height: number;
	/** Pixels of the digit's height, and the place of its middle, from 0 to 1 across and down. */
	readonly size: number;
	readonly middle: Point;
	/** The pen's width in parts of the digit's height. */
	readonly pen: number;
	/** How far the top leans to the right, in parts of the height; and degrees by which the digit is turned. */
	readonly slant?: number;
	readonly turn?: number;
	/** The width of the digit in parts of its usual width. */
	readonly stretch?: number;
	readonly ink: Color;
	readonly paper: Color;
	/** Ink on nothing: the paper is transparent, and its colour not seen. */
	readonly transparent?: boolean;
	/** Light that falls from one side, as in a photograph: how much less there is at the other; a shadow's edge, and noise. */
	readonly shade?: number;
	readonly shadow?: number;
	readonly noise?: number;
	/** How far the points of the strokes are moved, in parts of the height. */
	readonly shake?: number;
	/** Chooses noise and shaking. */
	readonly seed: number;
}

/** The digit's width in parts of its height, before it is stretched. */
const aspect = 0.7;

/** A drawn digit [height, width, channels] of u8: grey, red, green and blue, or with alpha. */
export function draw(drawing: Drawing): Node {
	const { width, height, ink, paper, transparent = false, noise: deviation = 0 } = drawing;
	const [shakeKey, noiseKey] = keysOf(drawing.seed);
	const covers = coverage(drawing, placed(drawing, shakeKey), (drawing.pen * drawing.size) / 2);
	const grain = deviation === 0 ? [] : normal(noiseKey, [height * width]).data();
	const grey = isGrey(ink) && isGrey(paper);
	const shades = grey ? 1 : 3;
	const channels = shades + (transparent ? 1 : 0);
	const bytes = new Uint8Array(height * width * channels);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const cover = covers[y * width + x] ?? 0;
			const light = lightAt(drawing, (x + 0.5) / width, (y + 0.5) / height);
			const noise = deviation * (grain[y * width + x] ?? 0);
			const at = (y * width + x) * channels;
			for (let k = 0; k < shades; k++) {
				const [value, under] = [ink[k] ?? 0, paper[k] ?? 0];
				const mixed = transparent ? value : under + (value - under) * cover;
				bytes[at + k] = Math.round(255 * Math.min(Math.max(mixed * light + noise, 0), 1));
			}
			if (transparent) bytes[at + channels - 1] = Math.round(255 * cover);
		}
	return tensor(bytes, { shape: [height, width, channels] });
}

function keysOf(seed: number): [Node, Node] {
	const keys = splitKey(randomKey(seed));
	return [keys.slice(0), keys.slice(1)];
}

const isGrey = ([red, green, blue]: Color): boolean => red === green && green === blue;

/** The lines of the digit in pixels of the picture. */
function placed(drawing: Drawing, key: Node): Point[][] {
	const { digit, size, middle, slant = 0, turn = 0, stretch = 1, shake = 0 } = drawing;
	const strokes = digitStrokes[digit] ?? [];
	const count = strokes.reduce((sum, { points }) => sum + points.length, 0);
	const moves = uniform(key, [2 * count], { low: -shake, high: shake }).data();
	const angle = (turn * Math.PI) / 180;
	const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
	let moved = 0;
	return strokes.map((stroke) => lineOf(shaken(stroke)).map(place));

	function shaken({ smooth, points }: Stroke): Stroke {
		return {
			smooth,
			points: points.map(([x, y]): Point => [x + (moves[moved++] ?? 0), y + (moves[moved++] ?? 0)]),
		};
	}

	function place([x, y]: Point): Point {
		const across = (x - 0.5) * aspect * stretch - (y - 0.5) * slant;
		const down = y - 0.5;
		return [
			middle[0] * drawing.width + size * (cos * across - sin * down),
			middle[1] * drawing.height + size * (sin * across + cos * down),
		];
	}
}

/** How much of each pixel a pen of that radius covers along the lines, from 0 to 1. */
function coverage(
	{ width, height }: Drawing,
	lines: readonly Point[][],
	radius: number,
): Float64Array {
	const nearest = new Float64Array(width * height).fill(Number.POSITIVE_INFINITY);
	for (const line of lines)
		for (let i = 0; i + 1 < line.length; i++) {
			const [ax, ay] = line[i] ?? [0, 0];
			const [bx, by] = line[i + 1] ?? [0, 0];
			const [dx, dy] = [bx - ax, by - ay];
			const length = dx * dx + dy * dy;
			// Pixels that the pen does not reach from this piece are left out.
			const [left, right] = reach(ax, bx, radius, width);
			const [top, bottom] = reach(ay, by, radius, height);
			for (let y = top; y < bottom; y++)
				for (let x = left; x < right; x++) {
					const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
					const along = length === 0 ? 0 : (px * dx + py * dy) / length;
					const t = Math.min(Math.max(along, 0), 1);
					const distance = Math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2);
					nearest[y * width + x] = Math.min(nearest[y * width + x] ?? 0, distance);
				}
		}
	return nearest.map((distance) => Math.min(Math.max(radius - distance + 0.5, 0), 1));
}

/** The pixels of an axis that a pen reaches between two points: from the first to before the last. */
function reach(a: number, b: number, radius: number, size: number): [number, number] {
	return [
		Math.max(Math.floor(Math.min(a, b) - radius - 1), 0),
		Math.min(Math.ceil(Math.max(a, b) + radius + 1), size),
	];
}

/** The light at a place, from 0 to 1: less towards the lower right, and less still where a hand's shadow lies. */
function lightAt({ shade = 0, shadow = 0 }: Drawing, x: number, y: number): number {
	if (shade === 0 && shadow === 0) return 1;
	const slope = 1 - shade * (0.6 * x + 0.4 * y);
	const edge = 1 / (1 + Math.exp(-(x + 0.5 * y - 0.95) * 14));
	return slope * (1 - shadow * edge);
}
