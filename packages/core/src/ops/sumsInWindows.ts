import { arrays } from '../graph/dtype.ts';
import { type Node, record } from '../graph/node.ts';
import { constant } from './operand.ts';
import type { Windows } from './overlapAdd.ts';
import { primitives } from './primitives.ts';
import { sum } from './reductions.ts';

/** The sums of windows over the last axes of x. */
export function sumInWindows(x: Node, windows: Windows): Node {
	return sum(
		record(primitives.windows, [x], windows),
		windows.size.map((_, axis) => x.shape.length - windows.size.length + axis),
	);
}

/** x divided by numbers for each position along its last axes, the products of what is given for each of these. */
export function dividedAlong(x: Node, divisors: readonly (readonly number[])[]): Node {
	const isOne = divisors.every((each) => each.every((divisor) => divisor === each[0]));
	if (isOne) return x.div(divisors.reduce((product, [each = 1]) => product * each, 1));
	return divisors.reduce((quotient, each, axis) => {
		const after = new Array<number>(divisors.length - 1 - axis).fill(1);
		const { dtype } = x;
		return quotient.div(constant(arrays[dtype].from(each), [each.length, ...after], dtype));
	}, x);
}
