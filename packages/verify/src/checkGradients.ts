import { concatenate, type Node, normal, type Operand, randomKey, vjp } from '@pullback/core';
import { agree, allowance, type Tolerance } from './agree.ts';
import { exactByColumns, exactByRows } from './exactJacobian.ts';
import {
	defaultStep,
	numericalJacobian,
	type TensorFunction,
	toInput,
} from './numericalGradient.ts';
import { type GradientFailure, GradientReport } from './report.ts';

/** Which derivative rules are checked: those of reverse mode, of forward mode, or both. */
export type CheckedMode = 'reverse' | 'forward' | 'both';

/** Options of `checkGradients`. */
export interface CheckOptions extends Partial<Tolerance> {
	/** 1: first derivatives; 2: those, and the derivatives of the gradient. 1 if left out. */
	readonly order?: 1 | 2;
	/** Both if left out. */
	readonly mode?: CheckedMode;
	/** How far each element is moved for the central difference; 1e-6 if left out. */
	readonly step?: number;
	/** Chooses the cotangent whose gradient order 2 differentiates. */
	readonly seed?: number;
}

/**
 * Compares the derivatives of `f` with central differences: every element of its output in every element of
 * every floating input, in f64. The default tolerance, 1e-5 and a thousandth, is far above the error of the
 * differences of ordinary functions (1e-9) and far below what a wrong derivative gives. Keep inputs away from
 * kinks. Returns a report; `report.assert()` throws it. Numbers among the inputs become f64; f32: DTypeError.
 */
export function checkGradients(
	f: TensorFunction,
	inputs: readonly Operand[],
	{
		order = 1,
		mode = 'both',
		step = defaultStep,
		absolute = 1e-5,
		relative = 1e-3,
		seed = 0,
	}: CheckOptions = {},
): GradientReport {
	const nodes = inputs.map((input) => toInput('checkGradients', input));
	if (!nodes.some(({ dtype }) => dtype === 'f64'))
		throw new TypeError('checkGradients: no input is f64, so there is nothing to differentiate');
	const tolerance = { absolute, relative };
	const first = compare(f, nodes, { mode, step, tolerance, order: 1 });
	if (order === 1 || first.failures.length > 0) return new GradientReport(first);
	const second = compare(gradientOf(f, seed), nodes, { mode, step, tolerance, order: 2 });
	return new GradientReport({
		checked: first.checked + second.checked,
		failures: second.failures,
	});
}

interface Comparison {
	readonly mode: CheckedMode;
	readonly step: number;
	readonly tolerance: Tolerance;
	readonly order: 1 | 2;
}

function compare(
	f: TensorFunction,
	inputs: readonly Node[],
	{ mode, step, tolerance, order }: Comparison,
): { checked: number; failures: GradientFailure[] } {
	const { outputShape, columns } = numericalJacobian(f, inputs, { step });
	const exact = [
		...(mode === 'forward' ? [] : [{ by: 'reverse' as const, ...exactByRows(f, inputs) }]),
		...(mode === 'reverse' ? [] : [{ by: 'forward' as const, ...exactByColumns(f, inputs) }]),
	];
	const failures: GradientFailure[] = [];
	let checked = 0;
	for (const { by, at } of exact)
		for (const [input, differences] of columns.entries())
			for (const [index, column] of differences.entries())
				for (const [output, numeric] of column.entries()) {
					const analytic = at(input, index, output);
					checked++;
					if (!agree(analytic, numeric, tolerance))
						failures.push({
							order,
							mode: by,
							input,
							index: unravel(index, inputs[input]?.shape ?? []),
							output: unravel(output, outputShape),
							analytic,
							numeric,
							tolerance: allowance(analytic, numeric, tolerance),
						});
				}
	return { checked, failures };
}

/** All gradients of <c, f> in one vector, for a random cotangent c that stays the same. */
function gradientOf(f: TensorFunction, seed: number): TensorFunction {
	return (...inputs) => {
		const y = f(...inputs);
		const floating = inputs.filter(({ dtype }) => dtype === 'f64');
		const cotangent = normal(randomKey(seed), y.shape, { dtype: 'f64' });
		return concatenate(vjp(y, cotangent, floating).map((slope) => slope.flatten()));
	};
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
