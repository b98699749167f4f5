/** A place of the drawing area, from 0 to 1 across and down. */
export interface Point {
	readonly x: number;
	readonly y: number;
}

/** The line of a pen from where it was put down to where it was lifted. */
export type Stroke = readonly Point[];

/** How wide the pen is, in parts of the side of the drawing area: as in MNIST, where digits are 20 pixels high. */
export const penWidth = 0.09;

/** How far an arrow key moves the pen, in parts of the side. */
const keyStep = 0.05;

const moves: Readonly<Record<string, Point>> = {
	ArrowLeft: { x: -1, y: 0 },
	ArrowRight: { x: 1, y: 0 },
	ArrowUp: { x: 0, y: -1 },
	ArrowDown: { x: 0, y: 1 },
};

/** Where a key moves the pen to; null for a key that does not move it. */
export function movedBy(key: string, { x, y }: Point): Point | null {
	const move = moves[key];
	if (move === undefined) return null;
	return { x: within(x + move.x * keyStep), y: within(y + move.y * keyStep) };
}

function within(place: number): number {
	return Math.min(Math.max(place, 0), 1);
}

/** What of a canvas it takes to draw strokes on it. */
type Pen = Pick<
	CanvasRenderingContext2D,
	| 'beginPath'
	| 'moveTo'
	| 'lineTo'
	| 'stroke'
	| 'clearRect'
	| 'lineCap'
	| 'lineJoin'
	| 'lineWidth'
	| 'strokeStyle'
>;

/** Draws strokes anew on a square of so many pixels. */
export function drawStrokes(
	pen: Pen,
	side: number,
	strokes: readonly Stroke[],
	color: string,
): void {
	pen.clearRect(0, 0, side, side);
	pen.lineCap = 'round';
	pen.lineJoin = 'round';
	pen.lineWidth = penWidth * side;
	pen.strokeStyle = color;
	for (const [first, ...rest] of strokes) {
		if (first === undefined) continue;
		pen.beginPath();
		pen.moveTo(first.x * side, first.y * side);
		// A dot is a line to where it is.
		for (const { x, y } of rest.length === 0 ? [first] : rest) pen.lineTo(x * side, y * side);
		pen.stroke();
	}
}

/** Ink from 0 to 1 at each place, by how opaque the pixels of a square are. */
export function inkOf(pixels: Uint8ClampedArray): Float32Array {
	return Float32Array.from({ length: pixels.length / 4 }, (_, i) => (pixels[4 * i + 3] ?? 0) / 255);
}
