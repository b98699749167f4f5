import { concatenate, jvp, type Node, type Operand, topologicalOrder, vjp } from '@pullback/core';
import { checkedOptions, describe } from '@pullback/core/arguments';
import { allowance, checkedTolerance, type Tolerance } from './agree.ts';
import {
	aliasings,
	combinations,
	type Inconsistency,
	imprecisions,
	nonlinearities,
	subjectOf,
} from './consistency.ts';
import { differencesOf } from './differences.ts';
import type { Estimate } from './estimate.ts';
import {
	type ExactJacobian,
	forwardMode,
	isFloating,
	type Mode,
	reverseMode,
} from './exactJacobian.ts';
import { sampled, spreadAround } from './noise.ts';
import { checkedSeed, type TensorFunction, toChecked } from './numericalGradient.ts';
import { overflows } from './overflow.ts';
import { randomDirections, reduced, sizeOf } from './projection.ts';
import { GradientReport, type GradientVerdict, kindOf } from './report.ts';

/** Which derivative rules are checked: those of reverse mode, of forward mode, or both. */
export type CheckedMode = 'reverse' | 'forward' | 'both';

type Order = 1 | 2 | 3;

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
	const { order, mode, seed, ...tolerance } = checkedChoices('checkGradients', options);
	const { f: own, inputs: given } = toChecked('checkGradients', f, inputs);
	if (!given.some(isFloating))
		throw new TypeError(
			'checkGradients: no input is floating, so there is nothing to differentiate',
		);
	const { f: checked, inputs: nodes } = reduced({ f: own, inputs: given }, seed);
	const modes = [
		...(mode === 'forward' ? [] : [reverseMode]),
		...(mode === 'reverse' ? [] : [forwardMode]),
	];
	let functions: readonly TensorFunction[] = [checked];
	const reports: GradientReport[] = [];
	for (let at = 1; ; at++) {
		const comparison = { modes, tolerance, order: at as Order, seed }; // counts to `order`
		for (const each of functions) reports.push(compare(each, nodes, comparison));
		const report = reports.reduce((all, each) => all.and(each));
		if (at === order || !report.ok) return report;
		functions = functions.flatMap((each) => {
			const shapes = [each(...nodes), ...nodes.filter(isFloating)].map(({ shape }) => shape);
			const [c, ...us] = randomDirections(shapes, seed) as [Node, ...Node[]]; // one for each shape
			return modes.map(({ by }) => (by === 'reverse' ? gradientOf(each, c) : tangentOf(each, us)));
		});
	}
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
		relative = 1e-6,
		seed = 0,
	} = checkedOptions(operation, options);
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

/** What is called wrong is farther away than errors are estimated, by this factor. */
const safety = 10;

/** The most that an estimate may be uncertain by, as a share of the slopes around, or of the function's value. */
const telling = 1e-3;

/** Where all slopes and values are 0, that they are is as certain as rounding of numbers around 1 allows. */
const smallest = 1e-10;

interface Comparison {
	readonly modes: readonly Mode[];
	readonly tolerance: Tolerance;
	readonly order: Order;
	readonly seed: number;
}

/** With differences, and with each other. */
function compare(
	f: TensorFunction,
	inputs: readonly Node[],
	{ modes, tolerance, order, seed }: Comparison,
): GradientReport {
	const y = f(...inputs);
	const outputShape = y.shape;
	const sizes = y.view().map(Math.abs);
	const single = topologicalOrder([y]).some(({ dtype }) => dtype === 'f32');
	const { first, closer } = differencesOf(f, inputs);
	const enough = (value: number): number => allowance(value, value, tolerance) / safety;
	const estimates = inputs.map(({ dtype, shape }, input) =>
		dtype === 'f64'
			? Array.from({ length: sizeOf(shape) }, (_, element) => first(input, element, enough))
			: [],
	);
	/** The greatest of all derivatives: of what is 0 it tells what is little. */
	let steepest = 0;
	for (const { value, error } of estimates.flat(2))
		if (error < Infinity) steepest = Math.max(steepest, Math.abs(value));
	const subject = subjectOf(f, inputs, y, seed);
	const combined = combinations(subject, modes);
	const inconsistencies: Inconsistency[] = [];
	const verdicts: GradientVerdict[] = [];
	const counts = new Map<number, { checked: number; decided: number }>();
	let [least, greatest] = [Infinity, 0];
	const worst = new Map<string, number>();
	for (const mode of modes) {
		const jacobian = mode.jacobian(f, inputs);
		const { at } = jacobian;
		let samples: ExactJacobian[] | null = null;
		/** How far rounding may have moved a derivative by the rules; found when it is first asked for. */
		const noiseAt = (input: number, index: number, output: number): number => {
			samples ??= sampled((compile) => mode.jacobian(f, inputs, compile), { single });
			return spreadAround(
				at(input, index, output),
				samples.map((sample) => sample.at(input, index, output)),
			);
		};
		let again: ExactJacobian | null = null;
		/** Whether a derivative is another when it is computed again: rounding is no excuse for that. */
		const changesAt = (input: number, index: number, output: number): boolean => {
			again ??= mode.jacobian(f, inputs);
			return !Object.is(again.at(input, index, output), at(input, index, output));
		};
		let overflowed: boolean | null = null;
		const hasOverflowed = (): boolean => {
			overflowed ??= overflows((compile) => {
				const { at } = mode.jacobian(f, inputs, compile);
				for (const [input, elements] of estimates.entries())
					for (const [index, outputs] of elements.entries())
						for (const output of outputs.keys()) at(input, index, output);
			});
			return overflowed;
		};
		let farthest: number | null = null;
		for (const [input, elements] of estimates.entries()) {
			const count = counts.get(input) ?? { checked: 0, decided: 0 };
			counts.set(input, count);
			for (const [index, outputs] of elements.entries())
				for (const [output, estimate] of outputs.entries()) {
					const { value, error, step, steepness, obstacle } = estimate;
					const analytic = at(input, index, output);
					count.checked++;
					const decide = (): void => {
						count.decided++;
						least = Math.min(least, step);
						greatest = Math.max(greatest, step);
					};
					const allowed = allowance(analytic, value, tolerance);
					const apart = Math.abs(analytic - value);
					// An estimate as uncertain as that agrees with anything.
					const slopes = [Math.abs(analytic) || 0, Math.abs(value), steepness, steepest];
					const size = Math.max(...slopes, sizes[output] ?? 0);
					const isTelling = error <= telling * size + Math.max(smallest, tolerance.absolute);
					if (apart <= allowed + error && isTelling) {
						decide();
						farthest = Math.max(farthest ?? 0, apart === 0 ? 0 : apart / (allowed + error));
						continue;
					}
					const isLost = Number.isNaN(analytic) && hasOverflowed();
					const disagrees = (by: Estimate | undefined): boolean => {
						if (by === undefined || by.obstacle !== null) return false;
						const distance = Math.abs(analytic - by.value);
						return (
							!(distance <= allowed + safety * by.error) &&
							(changesAt(input, index, output) ||
								!(distance <= allowed + safety * (by.error + noiseAt(input, index, output))))
						);
					};
					const isWrong = (): boolean =>
						isTelling &&
						!isLost &&
						disagrees(estimate) &&
						// Nothing is called wrong at first sight: by other steps, and by the smallest that still tell as much.
						disagrees(closer(input, index, value, apart)[output]);
					const wrong = isWrong();
					if (wrong) decide();
					verdicts.push({
						verdict: wrong ? 'fail' : 'undecided',
						order,
						mode: mode.by,
						standard: 'differences',
						input,
						index: unravel(index, inputs[input]?.shape ?? []),
						output: unravel(output, outputShape),
						analytic,
						numeric: value,
						tolerance: allowed + error,
						obstacle: wrong ? null : (obstacle ?? (isLost ? 'not finite' : 'rounding')),
					});
				}
		}
		if (farthest !== null) worst.set(kindOf({ order, mode: mode.by }), farthest);
		inconsistencies.push(...nonlinearities(subject, combined, mode, jacobian, tolerance.relative));
	}
	// What order 2 and 3 differentiate takes gradients in each of its inputs: of one Node twice they are others.
	if (order === 1) inconsistencies.push(...aliasings(subject, modes, tolerance.relative));
	inconsistencies.push(...imprecisions(subject, combined, modes));
	for (const each of inconsistencies)
		verdicts.push({
			verdict: 'fail',
			order,
			mode: each.mode,
			standard: each.standard,
			input: each.mode === 'reverse' ? each.input : null,
			index: unravel(
				each.element,
				each.mode === 'reverse' ? (inputs[each.input]?.shape ?? []) : [],
			),
			output: each.mode === 'reverse' ? null : unravel(each.element, outputShape),
			analytic: each.actual,
			numeric: each.expected,
			tolerance: each.allowed,
			obstacle: null,
		});
	return new GradientReport({ byInput: counts, verdicts, steps: [least, greatest], worst });
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
