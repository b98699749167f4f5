import type { Node, Variable } from '@pullback/core';
import { checkedFunction, checkedOptions } from '@pullback/core/arguments';
import fc from 'fast-check';
import { checkedArbitrary } from './arbitraries.ts';
import { type CheckOptions, checkedChoices, checkGradients } from './checkGradients.ts';
import type { TensorFunction } from './numericalGradient.ts';
import { checkedVariables, parameterValues, withParameters } from './parameters.ts';

/** Options of `gradientProperty`. */
export interface PropertyOptions extends CheckOptions {
	/** Variables that `f` reads, such as the parameters of a layer: checked too, at random values, last among the operands. */
	readonly parameters?: readonly Variable[];
}

/**
 * The property that the derivatives of `f` are right for all operands, for `fc.assert`: a failure names the
 * smallest operands found, and each derivative that is wrong there.
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
	return fc.property(all, (inputs) => checkGradients(checked, inputs, options).assert());
}
