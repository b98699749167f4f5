import { DTypeError, formatShape, Node, topologicalOrder, Variable } from '@pullback/core';
import { describe } from '@pullback/core/arguments';
import { Buffer } from '../modules/buffer.ts';

/** The parameters that an optimiser was given: Variables that can be trained, and at least one. */
export function checkedParameters(
	optimizer: string,
	argument: string,
	parameters: readonly Variable[],
): readonly Variable[] {
	// The length of a Proxy may be anything.
	if (!Array.isArray(parameters) || !Number.isSafeInteger(parameters.length))
		throw new TypeError(
			`${optimizer}: ${argument} is ${describe(parameters)}; it must be an array of Variables, such as model.parameters()`,
		);
	if (parameters.length === 0)
		throw new RangeError(
			`${optimizer}: ${argument} is empty; there must be a Variable to train. A model finds those in its fields, and in arrays, Maps and plain objects there`,
		);
	const known = new Map<Variable, number>();
	for (let i = 0; i < parameters.length; i++) {
		const parameter: unknown = parameters[i];
		if (!(parameter instanceof Variable))
			throw new TypeError(
				`${optimizer}: ${argument}[${i}] is ${describe(parameter)}; it must be a Variable${parameter instanceof Node ? ', and not what was read of one' : ''}`,
			);
		const { name, dtype, shape } = parameter;
		if (parameter instanceof Buffer)
			throw new TypeError(
				`${optimizer}: ${argument}[${i}], ${name}, is a Buffer, which is saved and not trained; leave it out, as model.parameters() does`,
			);
		if (dtype !== 'f32' && dtype !== 'f64')
			throw new DTypeError(
				`${optimizer}: ${argument}[${i}], ${name}, is ${dtype}${formatShape(shape)}; what is trained must be f32 or f64. A Variable that is not to be trained can be made by buffer`,
			);
		const before = known.get(parameter);
		if (before !== undefined)
			throw new RangeError(
				`${optimizer}: ${argument}[${i}], ${name}, is ${argument}[${before}] too; each must be there once, as in model.parameters()`,
			);
		known.set(parameter, i);
	}
	return [...parameters];
}

/** Says why no gradient of a loss leads to any of the parameters. */
export function refuseUnreached(loss: Node, parameters: readonly Variable[]): never {
	const own = new Map(parameters.map(({ cell, name }) => [cell, name]));
	const read: string[] = [];
	const others: string[] = [];
	for (const node of topologicalOrder([loss])) {
		if (node.primitive.name !== 'variable') continue;
		const { cell, name } = node.params as Pick<Variable, 'cell' | 'name'>; // of a Variable's leaf
		(own.has(cell) ? read : others).push(name);
	}
	throw new TypeError(`minimize: ${reasonFor(read, others)}`);
}

function reasonFor(read: readonly string[], others: readonly string[]): string {
	if (read.length > 0)
		return `the loss depends on ${listed(read)} only through what has no derivative, so that nothing would be trained; look for stopGradient, comparisons, argmax, rounding and casts to whole numbers`;
	const none = 'the loss depends on none of the parameters';
	if (others.length > 0)
		return `${none}, but on ${listed(others)}; make the optimiser of the parameters of the model that the loss is computed by`;
	return `${none}, nor on any other Variable; compute it from what the model returns, without data(), item() or toArray() in between`;
}

/** The largest number of names that an error lists. */
const maxListedNames = 5;

function listed(names: readonly string[]): string {
	const rest = names.length - maxListedNames;
	const shown = names.slice(0, maxListedNames).join(', ');
	return rest > 0 ? `${shown} and ${rest} more` : shown;
}
