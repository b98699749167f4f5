import { type Node, record } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { addedAt, elementsAt } from './atPositions.ts';
import { equal, where } from './comparison.ts';
import { largestInSmallWindows } from './largestInSmallWindows.ts';
import { castTo } from './operand.ts';
import { overlapAdd, windowsOverlap } from './overlapAdd.ts';
import { primitives } from './primitives.ts';
import { everyElement, padded } from './winners.ts';
import { maxSlices, type PaddedWindows, winnersInWindows } from './winnersInWindows.ts';
import { withDerivative } from './withDerivative.ts';

/**
 * The largest elements of windows over the last axes of x, none of which lies in padding alone. The first of equals, in
 * row-major order, or the first NaN, has all of the derivative, where `amax` shares it; padding has none.
 */
export function largestInWindows(x: Node, windows: PaddedWindows): Node {
	if (sizeOf(windows.size) <= maxSlices) return largestInSmallWindows(x, windows);
	// Of truth values there is no maximum of two.
	if (x.dtype === 'bool') return castTo(largestInWindows(castTo(x, 'u8'), windows), 'bool');
	const positions = (x: Node): Node => winnersInWindows(x, windows).positions;
	return withDerivative(winnersInWindows(x, windows).values, x, {
		again: (x) => largestInWindows(x, windows),
		vjp: (cotangent, x) => spread(cotangent, positions(x), x, windows),
		jvp: (tangent, x) => elementsAt(tangent, positions(x), windows.size.length),
	});
}

/** The cotangent of each window at the position of its winner, added up in the shape of x. */
function spread(cotangent: Node, winners: Node, x: Node, windows: PaddedWindows): Node {
	const { size, widths } = windows;
	const axes = size.length;
	if (windowsOverlap(windows)) return addedAt(cotangent, winners, x.shape, axes);
	// Each element is in one window at the most: it asks that one whether it is the winner, and nothing is added up.
	const { values, positions } = padded(everyElement(x, axes), widths);
	const lead = x.shape.slice(0, x.shape.length - axes);
	const forPlaces = (node: Node): Node =>
		node.reshape([...lead, ...size.map(() => 1), ...node.shape.slice(lead.length)]);
	const isWinner = equal(record(primitives.windows, [positions], windows), forPlaces(winners));
	const apart = where(isWinner, forPlaces(cotangent), 0);
	return overlapAdd(apart, windows, values.shape).slice(
		...lead.map(() => null),
		...widths.map(([before, after], axis): [number, number] => [
			before,
			(values.shape[lead.length + axis] ?? 0) - after,
		]),
	);
}
