import type { Node, Variable } from '@pullback/core';
import { checkedFunction, checkedOptions } from '@pullback/core/arguments';
import fc from 'fast-check';
import { checkedArbitrary } from './arbitraries.ts';
import { boundedShrinking } from './boundedShrinking.ts';
import { type CheckOptions, checkedChoices, checkFunction } from './checkGradients.ts';
import { isFloating } from './exactJacobian.ts';
import { type TensorFunction, toChecked } from './numericalGradient.ts';
import { checkedVariables, parameterValues, withParameters } from './parameters.ts';
import { brief, sizeOf, whole } from './projection.ts';

/** Options of `gradientProperty`. */
export interface PropertyOptions extends CheckOptions {
	/** Variables that `f` reads, such as the parameters of a layer: checked too, at random values, last among the operands. */
	readonly parameters?: readonly Variable[];
}

/** The work of whole checks, in computed elements, about a second of it; later runs are brief. */
const maxWholeWork = 2 ** 21;

/** The work of smaller operands that are tried after a failure, in computed elements: about half a second of it. */
const maxShrinkingWork = 2 ** 20;

/** The largest number of runs without a decided derivative in an input; after more, there is nothing to rely on. */
const maxBlindRuns = 10;

/**
 * The property that the derivatives of `f` are right for all operands, for `fc.assert`: a failure names the
 * smallest operands found, unless they are large, and each derivative that is wrong there. Each run checks as
 * `checkGradients` does, with random directions of its own, until they have taken about a second, counted in elements that
 * are computed, so that it does not depend on the machine; later ones check one order by one mode along two directions, and
 * what they find wrong is checked as a whole. Fails, too, where ten runs have not decided a single derivative in one of the
 * inputs, as nothing has been checked there.
 */
export function gradientProperty(
	f: TensorFunction,
	operands: fc.Arbitrary<readonly Node[]>,
	given?: PropertyOptions,
): fc.IPropertyWithHooks<[readonly Node[]]> {
	const { parameters = [], ...options } = checkedOptions('gradientProperty', given, [
		'parameters',
		'order',
		'mode',
		'absolute',
		'relative',
		'seed',
	]);
	checkedFunction('gradientProperty', 'f', f);
	checkedArbitrary('gradientProperty', 'operands', operands);
	checkedVariables('gradientProperty', parameters);
	const choices = checkedChoices('gradientProperty', options);
	const withAll = withParameters(f, parameters);
	const all = fc
		.tuple(operands, parameterValues(parameters))
		.map(([inputs, values]) => [...inputs, ...values]);
	/** Whole runs without a decided derivative in each input; -Infinity once there has been one. */
	const blind = new Map<number, number>();
	let left = maxWholeWork;
	/** What the last whole check took for each element of its operands. */
	let workPerElement = 1;
	let hasFailed = false;
	const workOf = (inputs: readonly Node[]): number => workPerElement * elementsOf(inputs);
	return fc.property(boundedShrinking(all, workOf, maxShrinkingWork), (inputs) => {
		const subject = toChecked('gradientProperty', withAll, inputs);
		const own = { ...choices, seed: (choices.seed + hashOf(subject.inputs)) % 2 ** 53 };
		const isSeen = subject.inputs.every(
			(x, input) => !isFloating(x) || sizeOf(x.shape) === 0 || blind.get(input) === -Infinity,
		);
		const isBrief = left < 0 && isSeen && !hasFailed;
		const short = isBrief ? checkFunction(subject, own, brief).report : null;
		if (short?.ok) return;
		const { report, work } = checkFunction(subject, own, whole);
		left -= work;
		workPerElement = work / Math.max(elementsOf(subject.inputs), 1);
		hasFailed ||= short !== null || !report.ok;
		report.assert();
		short?.assert();
		for (const [input, count] of report.byInput) {
			if (count.decided > 0) blind.set(input, Number.NEGATIVE_INFINITY);
			else if (count.checked > 0) blind.set(input, (blind.get(input) ?? 0) + 1);
			if ((blind.get(input) ?? 0) >= maxBlindRuns)
				throw new Error(
					`gradientProperty: ${maxBlindRuns} runs, and not one derivative in input ${input} could be decided, the last because of ${[...report.obstacles.keys()].join(' and ')}; draw operands at which the function is smooth, or of another size`,
				);
		}
	});
}

function elementsOf(inputs: readonly Node[]): number {
	return inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** A number that tells operands apart: what is chosen at random is the same whenever they are tried. */
function hashOf(inputs: readonly Node[]): number {
	let hash = 0;
	for (const input of inputs)
		for (const half of new Uint32Array(Float64Array.from(input.view()).buffer))
			hash = Math.imul(hash ^ half, 0x0100_0193) >>> 0; // Fowler, Noll and Vo
	// Small numbers have low halves of 0, which leave the last bits as they are.
	return Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b) >>> 0;
}
