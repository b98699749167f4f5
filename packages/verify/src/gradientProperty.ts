import type { Node, Variable } from '@pullback/core';
import { checkedFunction, checkedOptions } from '@pullback/core/arguments';
import fc from 'fast-check';
import { checkedArbitrary } from './arbitraries.ts';
import { boundedShrinking } from './boundedShrinking.ts';
import { type CheckOptions, checkedChoices, checkGradients } from './checkGradients.ts';
import type { TensorFunction } from './numericalGradient.ts';
import { checkedVariables, parameterValues, withParameters } from './parameters.ts';
import { largestChecked, sizeOf } from './projection.ts';

/** Options of `gradientProperty`. */
export interface PropertyOptions extends CheckOptions {
	/** Variables that `f` reads, such as the parameters of a layer: checked too, at random values, last among the operands. */
	readonly parameters?: readonly Variable[];
}

/** So many derivatives are tried for smaller operands, about: a second or two. */
const mostTried = 2 ** 18;

/** How many derivatives a check of a function of such operands compares, if its value is as large as these. */
function derivativesIn(inputs: readonly Node[]): number {
	const size = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
	return size * Math.min(size, largestChecked);
}

/** After so many runs without one derivative in an input that differences could judge, there is nothing to rely on. */
const mostBlindRuns = 10;

/**
 * The property that the derivatives of `f` are right for all operands, for `fc.assert`: a failure names the
 * smallest operands found, unless they are large, and each derivative that is wrong there. Fails, too, where ten runs have not decided a single
 * derivative in one of the inputs, as nothing has been checked there.
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
	checkedChoices('gradientProperty', options);
	const checked = withParameters(f, parameters);
	const all = fc
		.tuple(operands, parameterValues(parameters))
		.map(([inputs, values]) => [...inputs, ...values]);
	/** Runs without a decided derivative in each input; -Infinity once there has been one. */
	const blind = new Map<number, number>();
	return fc.property(boundedShrinking(all, derivativesIn, mostTried), (inputs) => {
		const report = checkGradients(checked, inputs, options);
		report.assert();
		for (const [input, { checked, decided }] of report.byInput) {
			if (decided > 0) blind.set(input, Number.NEGATIVE_INFINITY);
			else if (checked > 0) blind.set(input, (blind.get(input) ?? 0) + 1);
			if ((blind.get(input) ?? 0) >= mostBlindRuns)
				throw new Error(
					`gradientProperty: ${mostBlindRuns} runs, and not one derivative in input ${input} could be decided, the last because of ${[...report.obstacles.keys()].join(' and ')}; draw operands at which the function is smooth, or of another size`,
				);
		}
	});
}
