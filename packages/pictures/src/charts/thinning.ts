/** A point of a curve. */
export interface Point {
	readonly x: number;
	readonly y: number;
}

/**
 * The points of a curve that can be seen: of those in a column of pixels, the first, least, greatest and last, in order.
 * Points without a number stay, one of each run, since the curve has a gap there.
 */
export function thinned(points: readonly Point[], columns: number): readonly Point[] {
	if (points.length <= 4 * columns) return points;
	const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
	const columnOf = ({ x }: Point): number =>
		Math.floor(((x - first) / (last - first || 1)) * columns);
	const kept: Point[] = [];
	for (let from = 0; from < points.length; ) {
		const start = points[from] as Point; // in range
		const isGap = Number.isNaN(start.y);
		let to = from;
		let [least, greatest] = [from, from];
		for (; to < points.length; to++) {
			const point = points[to] as Point; // in range
			if (Number.isNaN(point.y) !== isGap) break;
			if (!isGap && columnOf(point) !== columnOf(start)) break;
			if (point.y < (points[least]?.y ?? 0)) least = to;
			if (point.y > (points[greatest]?.y ?? 0)) greatest = to;
		}
		const chosen = isGap
			? [from]
			: [...new Set([from, least, greatest, to - 1])].sort((a, b) => a - b);
		for (const i of chosen) kept.push(points[i] as Point); // in range
		from = to;
	}
	return kept;
}
