import type { Stroke } from '../mnist/drawing/strokes.ts';

/** Digits as one draws them, from 0 to 1 across and down. */
export const drawings: Readonly<Record<'1' | '3' | '7', readonly Stroke[]>> = {
	1: [line([0.5, 0.15], [0.5, 0.85])],
	3: [
		line([0.3, 0.22], [0.5, 0.13], [0.68, 0.25], [0.62, 0.42], [0.45, 0.48]),
		line([0.45, 0.48], [0.65, 0.55], [0.7, 0.72], [0.52, 0.87], [0.3, 0.8]),
	],
	7: [line([0.25, 0.2], [0.75, 0.2], [0.45, 0.87])],
};

function line(...points: readonly (readonly [x: number, y: number])[]): Stroke {
	return points.map(([x, y]) => ({ x, y }));
}

/** The mouse of a page, as Playwright and Puppeteer have it. */
interface Mouse {
	move(x: number, y: number, options?: { readonly steps?: number }): Promise<void>;
	down(): Promise<void>;
	up(): Promise<void>;
}

/** Where something lies in the window, in CSS pixels. */
interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Draws by mouse, in an area that is shown. */
export async function drawIn(
	{ x: left, y: top, width, height }: Box,
	mouse: Mouse,
	strokes: readonly Stroke[],
): Promise<void> {
	for (const [first, ...rest] of strokes) {
		if (first === undefined) continue;
		await mouse.move(left + first.x * width, top + first.y * height);
		await mouse.down();
		for (const { x, y } of rest) await mouse.move(left + x * width, top + y * height, { steps: 8 });
		await mouse.up();
	}
}
