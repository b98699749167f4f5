import type { Fault } from './fault.ts';

/** What the header of a PNG file declares (PNG specification, 11.2.1). */
export interface PngHeader {
	readonly width: number;
	readonly height: number;
	/** Bits of a sample, or of an index into the palette. */
	readonly depth: 1 | 2 | 4 | 8 | 16;
	readonly color: ColorType;
	readonly interlaced: boolean;
}

/** Each colour type of PNG by its number: its samples for each pixel, and the depths that it may have. */
const colorTypes = {
	0: { name: 'grey', samples: 1, depths: [1, 2, 4, 8, 16] },
	2: { name: 'RGB', samples: 3, depths: [8, 16] },
	3: { name: 'palette', samples: 1, depths: [1, 2, 4, 8] },
	4: { name: 'grey and alpha', samples: 2, depths: [8, 16] },
	6: { name: 'RGB and alpha', samples: 4, depths: [8, 16] },
} as const;

export type ColorType = keyof typeof colorTypes;

/** The most that a width or a height can be. */
const maxSide = 2 ** 31 - 1;

const headerBytes = 13;

/** Samples of each pixel as they are stored. */
export function samplesOf({ color }: PngHeader): number {
	return colorTypes[color].samples;
}

/** Reads the 13 bytes of the header, which begin at byte `at` of the file; refuses more than `maxPixels` pixels. */
export function parseHeader(
	body: DataView,
	at: number,
	maxPixels: number,
	fault: Fault,
): PngHeader {
	if (body.byteLength !== headerBytes)
		throw fault(`found a header of ${body.byteLength} bytes, needed ${headerBytes}`, at);
	const width = checkedSide(body.getUint32(0), 'width', at, fault);
	const height = checkedSide(body.getUint32(4), 'height', at + 4, fault);
	if (width * height > maxPixels)
		throw fault(
			`found a picture of ${width}x${height} pixels, needed at most ${maxPixels} pixels`,
			at,
		);
	const color = body.getUint8(9);
	if (!isColorType(color))
		throw fault(`found colour type ${color}, needed 0, 2, 3, 4 or 6`, at + 9);
	const { name, depths } = colorTypes[color];
	const found = body.getUint8(8);
	const depth = depths.find((each) => each === found);
	if (depth === undefined)
		throw fault(`found a depth of ${found} bits for ${name}, needed ${listed(depths)}`, at + 8);
	for (const [place, what] of [
		[10, 'compression'],
		[11, 'filter'],
	] as const)
		if (body.getUint8(place) !== 0)
			throw fault(`found ${what} method ${body.getUint8(place)}, needed 0`, at + place);
	const interlace = body.getUint8(12);
	if (interlace > 1) throw fault(`found interlace method ${interlace}, needed 0 or 1`, at + 12);
	return { width, height, depth, color, interlaced: interlace === 1 };
}

function checkedSide(value: number, name: string, at: number, fault: Fault): number {
	if (value >= 1 && value <= maxSide) return value;
	throw fault(`found a ${name} of ${value} pixels, needed 1 to ${maxSide}`, at);
}

function isColorType(value: number): value is ColorType {
	return value in colorTypes;
}

function listed(numbers: readonly number[]): string {
	return `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`;
}
