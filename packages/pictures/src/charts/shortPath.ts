/** How far a line may be from where it was drawn, in pixels: nobody sees it. */
const tolerance = 0.08;

type Point = readonly [x: number, y: number];

/**
 * The data of a path with fewer points: without those that lie on the line between others, to a tenth of a pixel. Paths with
 * other commands than M, L and Z stay as they are.
 */
export function shortPath(data: string): string {
	if (!/^M[-\d.,eLMZ]+$/.test(data)) return data;
	return data.replace(/M([^MZ]+)/g, (_, run: string) => {
		const points = run.split('L').map((pair): Point => {
			const [x, y] = pair.split(',');
			return [Number(x), Number(y)];
		});
		return `M${kept(points)
			.map(([x, y]) => `${tenths(x)},${tenths(y)}`)
			.join('L')}`;
	});
}

function tenths(pixels: number): number {
	return Math.round(pixels * 10) / 10 + 0;
}

/** Every point from which the next cannot be reached straight, past all between. */
function kept(points: readonly Point[]): Point[] {
	const found = points.slice(0, 1);
	let from = 0;
	for (let i = 2; i < points.length; i++) {
		if (isStraight(points, from, i)) continue;
		from = i - 1;
		found.push(points[from] as Point); // i is in range
	}
	return points.length < 2 ? found : [...found, points[points.length - 1] as Point]; // not empty
}

/** Whether all points between two are near the line from the one to the other, and on the way. */
function isStraight(points: readonly Point[], from: number, to: number): boolean {
	const [[ax, ay], [bx, by]] = [points[from] as Point, points[to] as Point]; // in range
	const [dx, dy] = [bx - ax, by - ay];
	// Of Math.hypot the last bit is another in Firefox, and with it which of two points stays.
	const length = Math.sqrt(dx * dx + dy * dy);
	if (length === 0) return false;
	for (let i = from + 1; i < to; i++) {
		const [x, y] = points[i] as Point; // in range
		const along = ((x - ax) * dx + (y - ay) * dy) / length;
		const aside = Math.abs((x - ax) * dy - (y - ay) * dx) / length;
		if (aside > tolerance || along < 0 || along > length) return false;
	}
	return true;
}
