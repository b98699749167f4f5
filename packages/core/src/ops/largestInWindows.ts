import { type Node, record } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { addedAt, elementsAt } from './atPositions.ts';
import { largestInSmallWindows } from './largestInSmallWindows.ts';
import { castTo } from './operand.ts';
import { type CustomRule, primitives } from './primitives.ts';
import { maxSlices, type PaddedWindows, winnersInWindows } from './winnersInWindows.ts';

/**
 * The largest elements of windows over the last axes of x, none of which lies in padding alone. The first of equals, in
 * row-major order, has all of the derivative, where `amax` shares it, or the first NaN; padding has none.
 */
export function largestInWindows(x: Node, windows: PaddedWindows): Node {
	if (sizeOf(windows.size) <= maxSlices) return largestInSmallWindows(x, windows);
	// Of truth values there is no maximum of two.
	if (x.dtype === 'bool') return castTo(largestInWindows(castTo(x, 'u8'), windows), 'bool');
	const axes = windows.size.length;
	const rule: CustomRule = {
		again: (inputs) => largestInWindows(only(inputs), windows),
		vjp: (cotangent, inputs) => {
			const x = only(inputs);
			return [addedAt(cotangent, winnersInWindows(x, windows).positions, x.shape, axes)];
		},
		jvp: ([dx], inputs) =>
			dx ? elementsAt(dx, winnersInWindows(only(inputs), windows).positions, axes) : null,
		lift: () => rule,
	};
	return record(primitives.custom, [winnersInWindows(x, windows).values, x], { rule });
}

function only([x]: readonly Node[]): Node {
	if (x === undefined) throw new Error('internal: a rule without its operand');
	return x;
}
