import { concatenate, jvp, type Node, type Operand, vjp } from '@pullback/core';
import { checkedOptions, describe } from '@pullback/core/arguments';
import { allowance, areClose, checkedTolerance, type Tolerance } from './agree.ts';
import { differences } from './differences.ts';
import { exactByColumns, exactByRows } from './exactJacobian.ts';
import { checkedSeed, type TensorFunction, toChecked } from './numericalGradient.ts';
import { randomDirections, reduced } from './projection.ts';
import { GradientReport, type GradientVerdict } from './report.ts';

/** Which derivative rules are checked: those of reverse mode, of forward mode, or both. */
export type CheckedMode = 'reverse' | 'forward' | 'both';

/** Options of `checkGradients`. */
export interface CheckOptions extends Partial<Tolerance> {
	/** 1: first derivatives; 2: those, and the derivatives of the derivatives of each mode. 1 if left out. */
	readonly order?: 1 | 2;
	/** Both if left out. */
	readonly mode?: CheckedMode;
	/** Chooses the random directions: of large tensors, and of the derivatives that order 2 differentiates. */
	readonly seed?: number;
}

/**
 * Compares the derivatives of `f` with differences: every element of its output in every element of every
 * floating input, in f64. Steps are chosen and their error is estimated, so the tolerance, a millionth unless
 * told, is only for the rounding of the derivative itself. Where the function branches within the smallest
 * step (relu at 0, ties), or the error is too large to tell, the verdict is undecided, never wrong. Of more
 * than 256 input or output elements, derivatives along eight random directions, and of eight random
 * combinations, are checked instead. Returns a report; `report.assert()` throws it. Numbers and f32 become
 * f64, integers are constants.
 */
export function checkGradients(
	f: TensorFunction,
	inputs: readonly Operand[],
	options?: CheckOptions,
): GradientReport {
	const { order, mode, seed, ...tolerance } = checkedChoices('checkGradients', options);
	const { f: own, inputs: given } = toChecked('checkGradients', f, inputs);
	if (!given.some(isFloating))
		throw new TypeError(
			'checkGradients: no input is floating, so there is nothing to differentiate',
		);
	const { f: checked, inputs: nodes } = reduced({ f: own, inputs: given }, seed);
	const first = compare(checked, nodes, { mode, tolerance, order: 1 });
	if (order === 1 || !first.ok) return first;
	const shapes = [checked(...nodes), ...nodes.filter(isFloating)].map(({ shape }) => shape);
	const [c, ...us] = randomDirections(shapes, seed) as [Node, ...Node[]]; // one for each shape
	const second = [
		...(mode === 'forward' ? [] : [gradientOf(checked, c)]),
		...(mode === 'reverse' ? [] : [tangentOf(checked, us)]),
	];
	return second.reduce(
		(report, derivative) => report.and(compare(derivative, nodes, { mode, tolerance, order: 2 })),
		first,
	);
}

/** Options of a check of gradients, each with what it is if left out. */
export function checkedChoices(
	operation: string,
	options: CheckOptions | undefined,
): Required<CheckOptions> {
	const {
		order = 1,
		mode = 'both',
		absolute = 1e-6,
		relative = 1e-6,
		seed = 0,
	} = checkedOptions(operation, options, ['order', 'mode', 'absolute', 'relative', 'seed']);
	if (order !== 1 && order !== 2)
		throw new RangeError(`${operation}: order is ${describe(order)}; it must be 1 or 2`);
	if (mode !== 'reverse' && mode !== 'forward' && mode !== 'both')
		throw new TypeError(
			`${operation}: mode is ${describe(mode)}; it must be 'reverse', 'forward' or 'both'`,
		);
	checkedTolerance(operation, { absolute, relative });
	checkedSeed(operation, seed);
	return { order, mode, absolute, relative, seed };
}

interface Comparison {
	readonly mode: CheckedMode;
	readonly tolerance: Tolerance;
	readonly order: 1 | 2;
}

function compare(
	f: TensorFunction,
	inputs: readonly Node[],
	{ mode, tolerance, order }: Comparison,
): GradientReport {
	const outputShape = f(...inputs).shape;
	const estimates = differences(f, inputs, (value) => allowance(value, value, tolerance));
	const exact = [
		...(mode === 'forward' ? [] : [{ by: 'reverse' as const, ...exactByRows(f, inputs) }]),
		...(mode === 'reverse' ? [] : [{ by: 'forward' as const, ...exactByColumns(f, inputs) }]),
	];
	const verdicts: GradientVerdict[] = [];
	let checked = 0;
	for (const { by, at } of exact)
		for (const [input, elements] of estimates.entries())
			for (const [index, outputs] of elements.entries())
				for (const [output, { value, error, branches }] of outputs.entries()) {
					const analytic = at(input, index, output);
					checked++;
					if (areClose(analytic, value, tolerance)) continue;
					const allowed = allowance(analytic, value, tolerance);
					const told =
						Math.abs(analytic - value) > allowed + 10 * error || !Number.isFinite(analytic - value);
					verdicts.push({
						verdict: branches || !told ? 'undecided' : 'fail',
						order,
						mode: by,
						input,
						index: unravel(index, inputs[input]?.shape ?? []),
						output: unravel(output, outputShape),
						analytic,
						numeric: value,
						tolerance: allowed + error,
					});
				}
	return new GradientReport(checked, verdicts);
}

/** All gradients in one vector, for a cotangent that depends on the inputs too: c + f. */
function gradientOf(f: TensorFunction, c: Node): TensorFunction {
	return (...inputs) => {
		const y = f(...inputs);
		const slopes = vjp(y, c.add(y), inputs.filter(isFloating));
		return concatenate(slopes.map((slope) => slope.flatten()));
	};
}

/** The derivative by forward mode, for tangents that depend on the inputs too: u + x. */
function tangentOf(f: TensorFunction, us: readonly Node[]): TensorFunction {
	return (...inputs) => {
		const floating = inputs.filter(isFloating);
		const tangents = floating.map((x, i) => x.add(us[i] as Node)); // one u for each
		return jvp(f(...inputs), floating, tangents);
	};
}

function isFloating({ dtype }: Node): boolean {
	return dtype === 'f64';
}

/** The index on each axis of a position in row-major order. */
function unravel(position: number, shape: readonly number[]): number[] {
	const index: number[] = [];
	let rest = position;
	for (const length of shape.toReversed()) {
		index.unshift(rest % length);
		rest = Math.floor(rest / length);
	}
	return index;
}
