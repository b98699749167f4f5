import { type Node, type Operand, Variable } from '@pullback/core';

/** Whether a net is being trained or used: what some layers, such as dropout, do differently. */
export type Mode = 'train' | 'evaluate';

/**
 * A part of a net: a function with parameters. Its parameters are the Variables among its fields, and those
 * of the Modules among them, arrays of either included; so defining a net is writing a class.
 */
export abstract class Module {
	/** The output for an input; `mode` is 'evaluate' unless told. */
	abstract forward(x: Operand, mode?: Mode): Node;

	/**
	 * The parameters by dotted path (`layers.0.weight`), in the order of fields; one reached on several paths
	 * has the first. Throws TypeError if a module contains itself.
	 */
	namedParameters(): Map<string, Variable> {
		const found = new Map<string, Variable>();
		collect(this, '', found, new Set(), []);
		return found;
	}

	/** The parameters, each once, in the order of `namedParameters`. */
	parameters(): Variable[] {
		return [...this.namedParameters().values()];
	}
}

function collect(
	value: unknown,
	path: string,
	found: Map<string, Variable>,
	seen: Set<Variable>,
	within: readonly unknown[],
): void {
	if (value instanceof Variable) {
		if (!seen.has(value)) found.set(path, value);
		seen.add(value);
	} else if (value instanceof Module || Array.isArray(value)) {
		if (within.includes(value))
			throw new TypeError(`namedParameters: the module at ${path} contains itself; nets are trees`);
		for (const [name, part] of Object.entries(value))
			collect(part, path === '' ? name : `${path}.${name}`, found, seen, [...within, value]);
	}
}
