import { type Node, type Operand, Variable } from '@pullback/core';
import { inspection } from '@pullback/core/arguments';
import { Buffer } from './buffer.ts';
import { within } from './errorPath.ts';
import type { Mode } from './mode.ts';
import { type Part, partsOf } from './parts.ts';
import { treeOf } from './tree.ts';

/** The tree, or the class alone deep in other objects. */
function inspected(this: AnyModule, depth: number): string {
	return depth < 0 ? `[${this.constructor.name}]` : this.toString();
}

/** A Module of whatever inputs and output, for what is true of all. */
export type AnyModule = Module<never[], unknown>;

/**
 * A part of a net: a function with parameters. Its parameters are the Variables among its fields, and those of the
 * Modules among them, arrays, Sets, Maps and plain objects of either included; so defining a net is writing a class.
 * Buffers are saved with it and not trained. `Inputs` are what `forward` takes, a tensor and a mode unless told, such as
 * `Module<[x: Operand, state: Node], { y: Node; state: Node }>` for a recurrent layer.
 */
export abstract class Module<
	Inputs extends readonly unknown[] = [x: Operand, mode?: Mode],
	Output = Node,
> {
	constructor() {
		tellPaths(this);
	}

	/**
	 * The output for some inputs; a `mode` is 'evaluate' unless told. An error within a module in this one is told the path
	 * to it.
	 */
	abstract forward(...inputs: Inputs): Output;

	/**
	 * The parameters by dotted path (`layers.0.weight`), in the order of fields; one reached on several paths has the
	 * first. Members of arrays and Sets are called by their position, those of Maps by their key if it is a string or
	 * number. Names that hold a dot or a quote, or nothing, are quoted as in JSON, so that no two paths are the same.
	 * Throws TypeError if a module contains itself, or a Map holds two under what reads alike, such as 1 and '1'.
	 */
	namedParameters(): Map<string, Variable> {
		return collect('namedParameters', this, (each) => !(each instanceof Buffer));
	}

	/** The parameters, each once, in the order of `namedParameters`. */
	parameters(): Variable[] {
		return [...this.namedParameters().values()];
	}

	/** The buffers by path, in the order and under the conditions of `namedParameters`. */
	namedBuffers(): Map<string, Variable> {
		return collect('namedBuffers', this, (each) => each instanceof Buffer);
	}

	/** The buffers, each once, in the order of `namedBuffers`. */
	buffers(): Variable[] {
		return [...this.namedBuffers().values()];
	}

	/** Parameters and buffers by path, which is what to save, in the order and under the conditions of `namedParameters`. */
	namedVariables(): Map<string, Variable> {
		return collect('namedVariables', this, () => true);
	}

	/**
	 * The net as a tree: a line for each module, parameter, buffer and function in it, with shapes, and how many numbers
	 * the parameters and buffers are in all.
	 */
	toString(): string {
		return treeOf(this, partsOfModule(this));
	}

	/** What `JSON.stringify` writes: the values of parameters and buffers by path. */
	toJSON(): { readonly [path: string]: Variable } {
		return Object.fromEntries(this.namedVariables());
	}

	static {
		Object.defineProperty(Module.prototype, inspection, { value: inspected });
	}
}

function collect(
	operation: string,
	root: AnyModule,
	isWanted: (variable: Variable) => boolean,
): Map<string, Variable> {
	const found = new Map<string, Variable>();
	for (const { value, path, known, holdsItself } of partsOfModule(root)) {
		if (holdsItself)
			throw new TypeError(`${operation}: the module at ${path} contains itself; nets are trees`);
		if (known !== null || !(value instanceof Variable) || !isWanted(value)) continue;
		if (found.has(path))
			throw new TypeError(
				`${operation}: two Variables have the path ${path}; give them keys that read differently`,
			);
		found.set(path, value);
	}
	return found;
}

/** Has errors of `forward` told where they arose: each module does so for its parts. */
function tellPaths(module: AnyModule): void {
	const forward: unknown = module.forward;
	// Not defined yet where it is a field; then the field stands as it is.
	if (typeof forward !== 'function') return;
	Object.defineProperty(module, 'forward', {
		value: (...inputs: unknown[]): unknown =>
			within(
				module,
				() => Reflect.apply(forward, module, inputs),
				() => partsOfModule(module),
			),
		writable: true,
		configurable: true,
	});
}

function partsOfModule(root: AnyModule): Iterable<Part> {
	return partsOf(root, (value) => value instanceof Module);
}
