import { concatenate, jvp, type Node, type Operand, vjp } from '@pullback/core';
import { checkedOptions, describe } from '@pullback/core/arguments';
import { checkedTolerance, type Tolerance } from './agree.ts';
import { type Compared, compare, type Order } from './comparison.ts';
import { forwardMode, isFloating, type Mode, reverseMode } from './exactJacobian.ts';
import { type Checked, checkedSeed, type TensorFunction, toChecked } from './numericalGradient.ts';
import { type Extent, randomDirections, reduced, whole } from './projection.ts';
import { GradientReport } from './report.ts';

/** Which derivative rules are checked: those of reverse mode, of forward mode, or both. */
export type CheckedMode = 'reverse' | 'forward' | 'both';

/** Options of `checkGradients`. */
export interface CheckOptions extends Partial<Tolerance> {
	/** 1: first derivatives; 2: those, and the derivatives of the derivatives of each mode; 3: of these, too. 1 if left out. */
	readonly order?: Order;
	/** Both if left out. */
	readonly mode?: CheckedMode;
	/** Chooses the random directions: of large tensors, and of the derivatives that order 2 differentiates. */
	readonly seed?: number;
}

/**
 * Compares the derivatives of `f` with differences: every element of its output in every element of every
 * floating input, in f64. Several steps must see the same smooth function, and what rounding does to it is measured, so
 * that the tolerance, a millionth of the derivative unless told, is only for the rounding of the derivative itself. Where
 * the function branches within the smallest step (relu at 0, ties), has no finite value, or too few digits are left to
 * tell, the verdict is undecided; nothing is called wrong at first sight. The rules are compared with each other, too: in
 * random combinations, which they must be linear in; with one Node for operands of equal value; in f32. Of more than 256
 * input or output elements, derivatives along eight random directions, and of eight random combinations, are checked
 * instead. Returns a report; `report.assert()` throws it. Numbers and f32 become f64, integers are constants.
 */
export function checkGradients(
	f: TensorFunction,
	inputs: readonly Operand[],
	options?: CheckOptions,
): GradientReport {
	const choices = checkedChoices('checkGradients', options);
	return checkFunction(toChecked('checkGradients', f, inputs), choices, whole).report;
}

const nothing = new GradientReport({
	byInput: new Map(),
	verdicts: [],
	steps: [Infinity, 0],
	worst: new Map(),
});

/** Checks as much of a function as is said. */
export function checkFunction(
	checked: Checked,
	{ order, mode, seed, ...tolerance }: Required<CheckOptions>,
	extent: Extent,
): Compared {
	if (!checked.inputs.some(isFloating))
		throw new TypeError(
			'checkGradients: no input is floating, so there is nothing to differentiate',
		);
	const { f, inputs } = reduced(checked, extent, seed);
	const modes = [
		...(mode === 'forward' ? [] : [reverseMode]),
		...(mode === 'reverse' ? [] : [forwardMode]),
	];
	const chosen = (index: number, count: number): number => (seed >>> (8 * index)) % count;
	const modesAt = (index: number): readonly Mode[] =>
		extent.alternates ? modes.filter((_, i) => i === chosen(index, modes.length)) : modes;
	const first = extent.alternates ? 1 + chosen(0, order) : 1;
	const last = extent.alternates ? first : order;
	let functions: readonly TensorFunction[] = [f];
	let found: Compared = { report: nothing, work: 0 };
	for (let at = 1; at <= last; at++) {
		const comparison = { modes: modesAt(3), tolerance, order: at as Order, seed }; // counts to `order`
		if (at >= first)
			for (const each of functions) {
				const { report, work } = compare(each, inputs, comparison);
				found = { report: found.report.and(report), work: found.work + work };
			}
		if (at === last || !found.report.ok) break;
		functions = functions.flatMap((each) => {
			const shapes = [each(...inputs), ...inputs.filter(isFloating)].map(({ shape }) => shape);
			const [c, ...us] = randomDirections(shapes, seed) as [Node, ...Node[]]; // one for each shape
			return modesAt(at).map(({ by }) =>
				by === 'reverse' ? gradientOf(each, c) : tangentOf(each, us),
			);
		});
	}
	return found;
}

/** Options of a check of gradients, each with what it is if left out. */
export function checkedChoices(
	operation: string,
	options: CheckOptions | undefined,
): Required<CheckOptions> {
	const {
		order = 1,
		mode = 'both',
		absolute = 0,
		relative = 1e-8,
		seed = 0,
	} = checkedOptions(operation, options, ['order', 'mode', 'absolute', 'relative', 'seed']);
	if (order !== 1 && order !== 2 && order !== 3)
		throw new RangeError(`${operation}: order is ${describe(order)}; it must be 1, 2 or 3`);
	if (mode !== 'reverse' && mode !== 'forward' && mode !== 'both')
		throw new TypeError(
			`${operation}: mode is ${describe(mode)}; it must be 'reverse', 'forward' or 'both'`,
		);
	checkedTolerance(operation, { absolute, relative });
	checkedSeed(operation, seed);
	return { order, mode, absolute, relative, seed };
}

/** All gradients in one vector, for a cotangent that depends on the inputs too: c + f. */
function gradientOf(f: TensorFunction, c: Node): TensorFunction {
	return (...inputs) => {
		const y = f(...inputs);
		const slopes = vjp(y, c.cast(y.dtype).add(y), inputs.filter(isFloating));
		return concatenate(slopes.map((slope) => slope.flatten()));
	};
}

/** The derivative by forward mode, for tangents that depend on the inputs too: u + x. */
function tangentOf(f: TensorFunction, us: readonly Node[]): TensorFunction {
	return (...inputs) => {
		const floating = inputs.filter(isFloating);
		const tangents = floating.map((x, i) => x.add((us[i] as Node).cast(x.dtype))); // one u for each
		return jvp(f(...inputs), floating, tangents);
	};
}
