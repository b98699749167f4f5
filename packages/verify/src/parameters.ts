import { type Node, substituting, Variable } from '@pullback/core';
import { checkedFunction, checkedList, checkedNode, describe } from '@pullback/core/arguments';
import fc from 'fast-check';
import { tensors } from './arbitraries.ts';
import { checkedDomain, type Domain, real } from './domain.ts';
import type { TensorFunction } from './numericalGradient.ts';

/** Values for Variables, such as the parameters of a layer: for each an f64 tensor of its shape. */
export function parameterValues(
	variables: readonly Variable[],
	domain: Domain = real,
): fc.Arbitrary<Node[]> {
	checkedVariables('parameterValues', variables);
	checkedDomain('parameterValues', domain);
	return fc.tuple(...variables.map(({ shape }) => tensors(shape, domain)));
}

/**
 * `f` as a function of the Variables that it reads too: after its own inputs it takes a value for each of
 * `variables`, which they have while it runs. So a layer is checked in its parameters as in its input, in f64
 * whatever their dtype, and they keep the values that they had.
 */
export function withParameters(f: TensorFunction, variables: readonly Variable[]): TensorFunction {
	checkedFunction('withParameters', 'f', f);
	checkedVariables('withParameters', variables);
	return (...inputs) => {
		const own = inputs.length - variables.length;
		if (own < 0)
			throw new RangeError(
				`withParameters: got ${inputs.length} inputs, needs one for each of ${variables.length} Variables, after those of the function`,
			);
		for (let i = own; i < inputs.length; i++)
			checkedNode('withParameters', `input ${i}`, inputs[i] as Node); // i is in range
		const values = new Map(variables.map((each, i) => [each, inputs[own + i] as Node])); // one each
		return substituting(values, () => f(...inputs.slice(0, own)));
	};
}

/** Variables that a user passed. */
export function checkedVariables(operation: string, variables: readonly Variable[]): void {
	checkedList(operation, 'variables', variables);
	for (let i = 0; i < variables.length; i++)
		if (!(variables[i] instanceof Variable))
			throw new TypeError(
				`${operation}: variables[${i}] is ${describe(variables[i])}; it must be a Variable`,
			);
}
