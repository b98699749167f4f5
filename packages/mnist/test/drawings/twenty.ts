import type { Drawing } from './draw.ts';

const black = [0, 0, 0] as const;
const white = [1, 1, 1] as const;
const graphite = [0.3, 0.3, 0.3] as const;
const sheet = [0.85, 0.85, 0.85] as const;

/** A digit in the middle of a white picture, drawn by an ordinary pen. */
const plain = {
	width: 140,
	height: 140,
	size: 96,
	middle: [0.5, 0.5],
	pen: 0.1,
	ink: black,
	paper: white,
} as const;

/** What the camera of a telephone makes of a pencil on paper. */
const photographed = {
	...plain,
	width: 150,
	height: 130,
	size: 80,
	ink: graphite,
	paper: sheet,
	shade: 0.45,
	noise: 0.02,
} as const;

/** The twenty drawings by the names of their files: every digit twice, every way of drawing twice. */
export const twenty: { readonly [name: string]: Drawing } = {
	'0-thick': { ...plain, digit: 0, pen: 0.2, seed: 1 },
	'1-thick': { ...plain, digit: 1, pen: 0.19, turn: 6, seed: 2 },
	'2-thin': { ...plain, digit: 2, pen: 0.03, seed: 3 },
	'3-thin': { ...plain, digit: 3, pen: 0.025, turn: -4, seed: 4 },
	'4-off-centre': {
		...plain,
		digit: 4,
		width: 260,
		height: 180,
		size: 60,
		middle: [0.15, 0.78],
		seed: 5,
	},
	'5-off-centre': {
		...plain,
		digit: 5,
		width: 160,
		height: 300,
		size: 70,
		middle: [0.7, 0.2],
		seed: 6,
	},
	'6-slanted': { ...plain, digit: 6, slant: 0.4, seed: 7 },
	'7-slanted': { ...plain, digit: 7, slant: 0.3, seed: 8 },
	'8-photographed': { ...photographed, digit: 8, shadow: 0.3, seed: 9 },
	'9-photographed': { ...photographed, digit: 9, seed: 10 },
	'0-inverted': { ...plain, digit: 0, ink: white, paper: black, slant: 0.15, seed: 11 },
	'1-inverted': { ...plain, digit: 1, ink: [0.9, 0.9, 0.9], paper: [0.1, 0.1, 0.1], seed: 12 },
	'2-small': { ...plain, digit: 2, width: 18, height: 20, size: 14, pen: 0.12, seed: 13 },
	'3-small': { ...plain, digit: 3, width: 24, height: 16, size: 12, pen: 0.12, seed: 14 },
	'4-large': { ...plain, digit: 4, width: 900, height: 700, size: 520, pen: 0.06, seed: 15 },
	'5-large': {
		...plain,
		digit: 5,
		width: 640,
		height: 800,
		size: 700,
		pen: 0.09,
		stretch: 0.8,
		seed: 16,
	},
	'6-coloured': {
		...plain,
		digit: 6,
		ink: [0.1, 0.2, 0.7],
		paper: [1, 0.95, 0.6],
		shake: 0.02,
		seed: 17,
	},
	'7-coloured': {
		...plain,
		digit: 7,
		ink: [0.8, 0.15, 0.1],
		paper: [0.75, 0.9, 0.8],
		shake: 0.03,
		seed: 18,
	},
	'8-transparent': { ...plain, digit: 8, transparent: true, turn: 8, seed: 19 },
	'9-transparent': {
		...plain,
		digit: 9,
		ink: [0.5, 0.1, 0.5],
		transparent: true,
		shake: 0.02,
		seed: 20,
	},
};
