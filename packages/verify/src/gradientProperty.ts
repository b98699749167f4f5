import type { Node } from '@pullback/core';
import fc from 'fast-check';
import { type CheckOptions, checkGradients } from './checkGradients.ts';
import type { TensorFunction } from './numericalGradient.ts';

/**
 * The property that the derivatives of `f` are right for all operands, for `fc.assert`: a failure names the
 * smallest operands found, and each derivative that is wrong there.
 */
export function gradientProperty(
	f: TensorFunction,
	operands: fc.Arbitrary<readonly Node[]>,
	options?: CheckOptions,
): fc.IPropertyWithHooks<[readonly Node[]]> {
	return fc.property(operands, (inputs) => checkGradients(f, inputs, options).assert());
}
