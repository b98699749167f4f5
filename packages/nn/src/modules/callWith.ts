import { type Operand, substituting, type Variable } from '@pullback/core';
import { checkedList, checkedSubstitute, describe } from '@pullback/core/arguments';
import { Module } from './module.ts';

/**
 * What a module returns for `inputs` where its parameters are others, without assigning them: for gradients of
 * gradients through steps of training (MAML), ensembles, and `vmap` over models. `parameters` holds a value for each of
 * `module.parameters()`, in their order, or, in a Map, values by their paths in `module.namedVariables()`, buffers among
 * them, while the others keep their own. Values have the shapes of the parameters and may be of any dtype; literals
 * take theirs. Throws RangeError if they are more or fewer than the parameters or have other names, ShapeError if one
 * does not fit, TypeError where the module assigns a Variable that stands for one.
 */
export function callWith<Inputs extends readonly unknown[], Output>(
	module: Module<Inputs, Output>,
	parameters: readonly Operand[] | ReadonlyMap<string, Operand>,
	...inputs: Inputs
): Output {
	if (!(module instanceof Module))
		throw new TypeError(`callWith: module is ${describe(module)}; it must be a Module`);
	const values =
		parameters instanceof Map
			? byPath(module, parameters)
			: inOrder(module, parameters as readonly Operand[]); // no Map
	return substituting(values, () => module.forward(...inputs));
}

type Values = Map<Variable, Operand>;
type Variables = Pick<Module, 'namedParameters' | 'namedVariables'>;

function inOrder(module: Variables, values: readonly Operand[]): Values {
	checkedList('callWith', 'parameters', values);
	const own = module.namedParameters();
	if (values.length !== own.size)
		throw new RangeError(
			`callWith: got ${values.length} values for ${own.size} parameters; pass one for each of module.parameters(), or a Map with those that differ`,
		);
	return new Map(
		Array.from(own, ([path, variable], i) => [variable, fitting(path, variable, values[i])]),
	);
}

function byPath(module: Variables, values: ReadonlyMap<string, Operand>): Values {
	const own = module.namedVariables();
	return new Map(
		Array.from(values, ([path, value]) => {
			const variable = own.get(path);
			if (variable === undefined)
				throw new RangeError(
					`callWith: parameters has ${describe(path)} for a key; it must be one of ${[...own.keys()].join(', ')}`,
				);
			return [variable, fitting(path, variable, value)];
		}),
	);
}

function fitting(path: string, variable: Variable, value: Operand | undefined): Operand {
	// A value left out is refused like any other that is no tensor.
	return checkedSubstitute('callWith', `the value of ${path}`, variable, value as Operand);
}
