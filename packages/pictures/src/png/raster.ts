import type { Fault } from './fault.ts';
import { type PngHeader, samplesOf } from './header.ts';
import { inflate } from './inflate.ts';
import { bytesOf, type Pass, passesOf } from './passes.ts';
import type { PngStructure } from './structure.ts';
import { unfilter } from './unfilter.ts';

/** The samples of a picture, row by row, pixel by pixel. */
export interface Raster {
	readonly width: number;
	readonly height: number;
	/** 1 for grey, 2 with alpha, 3 for red, green and blue, 4 with alpha. */
	readonly channels: number;
	/** From 0 to 255, or from 0 to 65,535. */
	readonly samples: Uint8Array | Uint16Array;
}

/** The picture that a file holds: colours in place of indices into a palette, and fewer than 8 bits stretched to 8. */
export function rasterOf(structure: PngStructure, fault: Fault): Raster {
	const { header, palette, transparency } = structure;
	const stored = storedSamples(structure, fault);
	const { width, height, depth } = header;
	if (header.color === 3) {
		const channels = transparency.length > 0 ? 4 : 3;
		const samples = colorsOf(stored, palette, transparency, channels, fault);
		return { width, height, channels, samples };
	}
	const key = transparentColor(transparency);
	const samples = key.length === 0 ? stored : withAlpha(stored, key, depth);
	if (depth < 8) {
		const scale = 255 / (2 ** depth - 1);
		// An alpha of 0 or 1 bits, too.
		for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) * scale;
	}
	return { width, height, channels: samplesOf(header) + (key.length > 0 ? 1 : 0), samples };
}

/** The samples as they are stored, in the order of the picture. */
function storedSamples({ header, data }: PngStructure, fault: Fault): Uint8Array | Uint16Array {
	const { width, height, depth } = header;
	const passes = passesOf(header);
	const bytes = inflate(data, bytesOf(passes), fault);
	const count = width * height * samplesOf(header);
	const samples = depth === 16 ? new Uint16Array(count) : new Uint8Array(count);
	const pixelBytes = Math.ceil((depth * samplesOf(header)) / 8);
	let start = 0;
	for (const pass of passes) {
		unfilter(bytes, start, pass, pixelBytes, fault);
		place(samples, bytes, start, pass, header);
		start += pass.height * (1 + pass.rowBytes);
	}
	return samples;
}

/** Puts the samples of a pass where they belong. */
function place(
	samples: Uint8Array | Uint16Array,
	bytes: Uint8Array,
	start: number,
	pass: Pass,
	header: PngHeader,
): void {
	const { depth } = header;
	const each = samplesOf(header);
	const mask = 2 ** depth - 1;
	for (let row = 0; row < pass.height; row++) {
		const from = start + row * (1 + pass.rowBytes) + 1;
		const y = pass.top + row * pass.downStep;
		if (depth === 8 && !header.interlaced) {
			// A tenth of the time.
			samples.set(bytes.subarray(from, from + pass.rowBytes), y * pass.rowBytes);
			continue;
		}
		for (let column = 0; column < pass.width; column++) {
			const to = (y * header.width + pass.left + column * pass.acrossStep) * each;
			for (let k = 0; k < each; k++) {
				const bit = (column * each + k) * depth;
				// Every index is within the row.
				const byte = bytes[from + (bit >> 3)] as number;
				samples[to + k] =
					depth === 16
						? byte * 256 + (bytes[from + (bit >> 3) + 1] as number)
						: (byte >> (8 - depth - (bit & 7))) & mask;
			}
		}
	}
}

/** Red, green, blue, and alpha where there is any, for indices into a palette. */
function colorsOf(
	indices: Uint8Array | Uint16Array,
	palette: Uint8Array,
	alphas: Uint8Array,
	channels: number,
	fault: Fault,
): Uint8Array {
	const colors = new Uint8Array(indices.length * channels);
	const known = palette.length / 3;
	for (const [i, index] of indices.entries()) {
		if (index >= known) throw fault(`found colour ${index} of a palette of ${known}`);
		colors.set(palette.subarray(3 * index, 3 * index + 3), i * channels);
		if (channels === 4) colors[i * 4 + 3] = alphas[index] ?? 255;
	}
	return colors;
}

/** The samples of the colour that is transparent; empty without one. */
function transparentColor(transparency: Uint8Array): number[] {
	const { buffer, byteOffset, byteLength } = transparency;
	const view = new DataView(buffer, byteOffset, byteLength);
	return Array.from({ length: byteLength / 2 }, (_, i) => view.getUint16(2 * i));
}

/** The same pixels with an alpha of nothing where they have one colour, and of everything elsewhere. */
function withAlpha(
	samples: Uint8Array | Uint16Array,
	key: readonly number[],
	depth: number,
): Uint8Array | Uint16Array {
	const each = key.length;
	const pixels = samples.length / each;
	const all =
		depth === 16 ? new Uint16Array(pixels * (each + 1)) : new Uint8Array(pixels * (each + 1));
	for (let i = 0; i < pixels; i++) {
		const pixel = samples.subarray(i * each, (i + 1) * each);
		all.set(pixel, i * (each + 1));
		const transparent = key.every((value, k) => pixel[k] === value);
		all[i * (each + 1) + each] = transparent ? 0 : 2 ** depth - 1;
	}
	return all;
}
