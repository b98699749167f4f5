import { type Node, topologicalOrder } from '@pullback/core';
import { allowance, type Tolerance } from './agree.ts';
import { combinations, subjectOf } from './combinations.ts';
import { aliasings, type Inconsistency, imprecisions, nonlinearities } from './consistency.ts';
import { differencesOf } from './differences.ts';
import type { Estimate } from './estimate.ts';
import type { Mode } from './exactJacobian.ts';
import type { TensorFunction } from './numericalGradient.ts';
import { sizeOf } from './projection.ts';
import { reliabilityOf } from './reliability.ts';
import { GradientReport, type GradientVerdict, kindOf } from './report.ts';
import { workOfMoving } from './work.ts';

/** 1: derivatives of a function; 2: of its gradient; 3: of the gradient of that. */
export type Order = 1 | 2 | 3;

/** What is called wrong is farther away than errors are estimated, by this factor. */
const safety = 10;

/** The most that an estimate may be uncertain by, as a share of the slopes around, or of the function's value. */
const telling = 1e-3;

/** Where all slopes and values are 0, that they are is as certain as rounding of numbers around 1 allows. */
const smallest = 1e-10;

/** What derivatives are compared, and how. */
export interface Comparison {
	readonly modes: readonly Mode[];
	readonly tolerance: Tolerance;
	readonly order: Order;
	readonly seed: number;
}

/** What a comparison found, and what it took. */
export interface Compared {
	readonly report: GradientReport;
	/** The work of moving every input element, in computed elements: what most of the time goes into. */
	readonly work: number;
}

/** Compares derivatives with differences, and with each other. */
export function compare(
	f: TensorFunction,
	inputs: readonly Node[],
	{ modes, tolerance, order, seed }: Comparison,
): Compared {
	const y = f(...inputs);
	const outputShape = y.shape;
	const sizes = y.view().map(Math.abs);
	const single = topologicalOrder([y]).some(({ dtype }) => dtype === 'f32');
	const moved = inputs.filter(({ dtype }) => dtype === 'f64');
	const work = workOfMoving(
		moved.reduce((total, { shape }) => total + sizeOf(shape), 0),
		y,
	);
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
		const { noiseAt, changesAt, hasOverflowed } = reliabilityOf({ f, inputs, mode, at, single });
		let farthest: number | null = null;
		for (const [input, elements] of estimates.entries()) {
			const count = counts.get(input) ?? { checked: 0, decided: 0 };
			counts.set(input, count);
			const decided = (step: number): void => {
				count.decided++;
				least = Math.min(least, step);
				greatest = Math.max(greatest, step);
			};
			for (const [index, outputs] of elements.entries())
				for (const [output, estimate] of outputs.entries()) {
					const { value, error, step, steepness, obstacle } = estimate;
					const analytic = at(input, index, output);
					count.checked++;
					const allowed = allowance(analytic, value, tolerance);
					const apart = Math.abs(analytic - value);
					// An estimate as uncertain as that agrees with anything.
					const slopes = [Math.abs(analytic) || 0, Math.abs(value), steepness, steepest];
					const size = Math.max(...slopes, sizes[output] ?? 0);
					const isTelling = error <= telling * size + Math.max(smallest, tolerance.absolute);
					if (apart <= allowed + error && isTelling) {
						decided(step);
						farthest = Math.max(farthest ?? 0, apart === 0 ? 0 : apart / (allowed + error));
						continue;
					}
					const isLost = Number.isNaN(analytic) && hasOverflowed(estimates);
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
					if (wrong) decided(step);
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
	if (order === 1) inconsistencies.push(...aliasings(subject, combined, modes, tolerance.relative));
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
	const report = new GradientReport({
		byInput: counts,
		verdicts,
		steps: [least, greatest],
		worst,
	});
	return { report, work };
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
