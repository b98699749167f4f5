/** Points in a terminal: characters that hold several each, or one. */
export interface Canvas {
	/** How many points there are across and down. */
	readonly width: number;
	readonly height: number;
	/** Marks a point, from the upper left, for the curve of some number. */
	mark(x: number, y: number, curve: number): void;
	/** The characters row by row, each with the number of the curve that marked it last; null if none did. */
	rows(): readonly (readonly Drawn[])[];
}

/** Characters, and whose they are. */
export interface Drawn {
	readonly character: string;
	readonly curve: number | null;
}

/** How points are shown: eight a character, two, or one with a letter or sign for each curve. */
export type CharacterSet = 'braille' | 'block' | 'ascii';

const signs = ['*', 'o', '+', 'x', '#', '@', '%', '&'] as const;

/** The sign of a curve in ASCII. */
export function signOf(curve: number): string {
	return signs[curve % signs.length] ?? '*';
}

/** The number of each point of a character in Braille, row by row. */
const brailleDots = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80] as const;
const halves = [' ', '▀', '▄', '█'] as const;

/** How many points a character holds across and down, and what it is by which of them are marked, for the curve of a number. */
const cells: Readonly<
	Record<
		CharacterSet,
		{
			readonly across: number;
			readonly down: number;
			readonly show: (bits: number, curve: number) => string;
		}
	>
> = {
	braille: {
		across: 2,
		down: 4,
		show: (bits) =>
			String.fromCharCode(
				0x2800 + brailleDots.reduce((sum, dot, i) => sum + (bits & (1 << i) ? dot : 0), 0),
			),
	},
	block: { across: 1, down: 2, show: (bits) => halves[bits] ?? ' ' },
	ascii: { across: 1, down: 1, show: (_, curve) => signOf(curve) },
};

/** An empty canvas of so many characters across and down. */
export function canvasOf(set: CharacterSet, columns: number, rows: number): Canvas {
	const { across, down, show } = cells[set];
	const bits = new Uint8Array(columns * rows);
	const curves = new Int32Array(columns * rows).fill(-1);
	return {
		width: columns * across,
		height: rows * down,
		mark(x, y, curve) {
			const cell = Math.floor(y / down) * columns + Math.floor(x / across);
			bits[cell] = (bits[cell] ?? 0) | (1 << ((y % down) * across + (x % across)));
			curves[cell] = curve;
		},
		rows: () =>
			Array.from({ length: rows }, (_, row) =>
				Array.from({ length: columns }, (_, column): Drawn => {
					const cell = row * columns + column;
					const curve = curves[cell] ?? -1;
					return curve < 0
						? { character: ' ', curve: null }
						: { character: show(bits[cell] ?? 0, curve), curve };
				}),
			),
	};
}
