import type { PngHeader } from './header.ts';
import { samplesOf } from './header.ts';

/** The pixels of a picture that are stored together, row by row: every so many, from a first one on. */
export interface Pass {
	readonly left: number;
	readonly top: number;
	readonly acrossStep: number;
	readonly downStep: number;
	/** Pixels of a row, and rows; neither is 0. */
	readonly width: number;
	readonly height: number;
	/** Bytes of a row, without the one that names its filter. */
	readonly rowBytes: number;
}

/** The seven passes of Adam7 (PNG specification, 8.2): left, top, step across, step down. */
const adam7 = [
	[0, 0, 8, 8],
	[4, 0, 8, 8],
	[0, 4, 4, 8],
	[2, 0, 4, 4],
	[0, 2, 2, 4],
	[1, 0, 2, 2],
	[0, 1, 1, 2],
] as const;

/** The passes that a picture is stored in: one, or those of Adam7 that have any pixels. */
export function passesOf(header: PngHeader): Pass[] {
	const bits = header.depth * samplesOf(header);
	const passes: Pass[] = [];
	for (const [left, top, acrossStep, downStep] of header.interlaced
		? adam7
		: ([[0, 0, 1, 1]] as const)) {
		const width = Math.ceil((header.width - left) / acrossStep);
		const height = Math.ceil((header.height - top) / downStep);
		if (width <= 0 || height <= 0) continue;
		const rowBytes = Math.ceil((width * bits) / 8);
		passes.push({ left, top, acrossStep, downStep, width, height, rowBytes });
	}
	return passes;
}

/** Bytes of all passes, with one for the filter of each row. */
export function bytesOf(passes: readonly Pass[]): number {
	return passes.reduce((sum, { height, rowBytes }) => sum + height * (1 + rowBytes), 0);
}
