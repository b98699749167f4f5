/** What is known of a loss at a distance along a direction. */
export interface LinePoint {
	readonly distance: number;
	readonly loss: number;
	/** The gradient there, and its product with the direction. */
	readonly gradient: Float64Array;
	readonly slope: number;
}

/** The share of the first slope by which the loss must fall at least: Armijo's condition. */
const minFall = 1e-4;
/** The share of the first slope that may be left at most: the curvature condition. */
const maxSlope = 0.9;
const maxSteps = 25;

/**
 * A point along a line where the strong Wolfe conditions hold (Nocedal & Wright 2006, algorithms 3.5 and 3.6), by cubic
 * interpolation, or the best that 25 steps find. `origin` is where the line begins, and `first` the distance to try first;
 * it ends, too, when what is left of the line is shorter than `tolerance`, in multiples of the direction. A loss that is
 * NaN is too large.
 */
export function searchLine(
	pointAt: (distance: number) => LinePoint,
	origin: LinePoint,
	first: number,
	tolerance: number,
): LinePoint {
	const isTooHigh = ({ distance, loss }: LinePoint): boolean =>
		!(loss <= origin.loss + minFall * distance * origin.slope);
	const isFlat = ({ slope }: LinePoint): boolean => Math.abs(slope) <= -maxSlope * origin.slope;
	let steps = 0;
	let [before, here] = [origin, pointAt(first)];
	// Farther and farther, until a point that is wanted lies between the last two.
	while (!(isTooHigh(here) || (steps > 1 && here.loss >= before.loss))) {
		if (isFlat(here)) return here;
		if (here.slope >= 0) break;
		if (steps === maxSteps) return here;
		const [least, most] = [here.distance * 1.01 - before.distance * 0.01, here.distance * 10];
		const next = cubicMinimum(before, here, least, most);
		[before, here] = [here, pointAt(next)];
		steps++;
	}
	let [low, high] =
		before.loss <= here.loss || !(here.loss < Infinity) ? [before, here] : [here, before];
	let wasNearEdge: boolean = false;
	while (steps < maxSteps && Math.abs(high.distance - low.distance) >= tolerance) {
		const left = Math.min(low.distance, high.distance);
		const right = Math.max(low.distance, high.distance);
		let distance: number = cubicMinimum(low, high, left, right);
		// Twice in a row near an edge, or on it: a tenth away from it.
		const margin = 0.1 * (right - left);
		const isNearEdge: boolean = Math.min(right - distance, distance - left) < margin;
		const mustMove: boolean = isNearEdge && (wasNearEdge || distance >= right || distance <= left);
		if (mustMove) distance = right - distance < distance - left ? right - margin : left + margin;
		wasNearEdge = isNearEdge && !mustMove;
		const next = pointAt(distance);
		steps++;
		if (isTooHigh(next) || next.loss >= low.loss) {
			[low, high] = next.loss < low.loss ? [next, low] : [low, next];
			continue;
		}
		if (isFlat(next)) return next;
		if (next.slope * (high.distance - low.distance) >= 0) high = low;
		low = next;
	}
	return low;
}

/** Where the cubic through two points with their slopes is least, from `least` to `most`; in the middle if nowhere. */
function cubicMinimum(a: LinePoint, b: LinePoint, least: number, most: number): number {
	const [p, q] = a.distance <= b.distance ? [a, b] : [b, a];
	const width = q.distance - p.distance;
	const bend = p.slope + q.slope - (3 * (q.loss - p.loss)) / width;
	const square = bend ** 2 - p.slope * q.slope;
	if (!(square >= 0)) return (least + most) / 2;
	const root = Math.sqrt(square);
	const found = q.distance - (width * (q.slope + root - bend)) / (q.slope - p.slope + 2 * root);
	return Number.isNaN(found) ? (least + most) / 2 : Math.min(Math.max(found, least), most);
}
