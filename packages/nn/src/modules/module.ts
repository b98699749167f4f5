import { type Node, type Operand, Variable } from '@pullback/core';
import { checkedFunction, inspection } from '@pullback/core/arguments';
import { Buffer } from './buffer.ts';
import { announced } from './calls.ts';
import { within } from './errorPath.ts';
import type { Mode } from './mode.ts';
import { type Part, partsOf } from './parts.ts';
import { type Summary, summaryOf } from './summary.ts';
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
		return collect('namedParameters', this, isParameter);
	}

	/** The parameters, each once, in the order of `namedParameters`. */
	parameters(): Variable[] {
		return [...this.namedParameters().values()];
	}

	/** The buffers by path, in the order and under the conditions of `namedParameters`. */
	namedBuffers(): Map<string, Variable> {
		return collect('namedBuffers', this, isBuffer);
	}

	/** The buffers, each once, in the order of `namedBuffers`. */
	buffers(): Variable[] {
		return [...this.namedBuffers().values()];
	}

	/** Parameters and buffers by path, which is what to save, in the order and under the conditions of `namedParameters`. */
	namedVariables(): Map<string, Variable> {
		return collect('namedVariables', this, isVariable);
	}

	/** The modules by path, this one first, by an empty path, in the order and under the conditions of `namedParameters`. */
	namedModules(): Map<string, AnyModule> {
		return new Map([['', this], ...collect('namedModules', this, isModule)]);
	}

	/** Calls `f` for every module in this one, inner ones before those that hold them, and for this one; returns this one. */
	apply(f: (module: AnyModule, path: string) => void): this {
		checkedFunction('apply', 'f', f);
		for (const [path, module] of [...this.namedModules()].reverse()) f(module, path);
		return this;
	}

	/**
	 * The modules with what each returns for some inputs, and the numbers in parameters and buffers, as a table. The call is
	 * recorded and not computed, and changes no buffer; not to be asked for within compiled functions, of which it would be
	 * part.
	 */
	summary<Given extends readonly unknown[]>(
		// By what it is called on, as each Module is to be one of `AnyModule`.
		this: { forward(...inputs: Given): unknown },
		...inputs: Given
	): Summary {
		return summaryOf(this, partsOfModule(this), () => {
			this.forward(...inputs);
		});
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

function collect<Found extends object>(
	operation: string,
	root: AnyModule,
	isWanted: (value: object) => value is Found,
): Map<string, Found> {
	const found = new Map<string, Found>();
	for (const { value, path, known, holdsItself } of partsOfModule(root)) {
		if (holdsItself)
			throw new TypeError(`${operation}: the module at ${path} contains itself; nets are trees`);
		if (known !== null || !isWanted(value)) continue;
		if (found.has(path))
			throw new TypeError(
				`${operation}: two ${value instanceof Variable ? 'Variables' : 'modules'} have the path ${path}; give them keys that read differently`,
			);
		found.set(path, value);
	}
	return found;
}

const isVariable = (value: object): value is Variable => value instanceof Variable;
const isBuffer = (value: object): value is Buffer => value instanceof Buffer;
const isParameter = (value: object): value is Variable => isVariable(value) && !isBuffer(value);
const isModule = (value: object): value is AnyModule => value instanceof Module;

/** Has errors of `forward` told where they arose, which each module does for its parts, and its calls announced. */
function tellPaths(module: AnyModule): void {
	const forward: unknown = module.forward;
	// Not defined yet where it is a field; then the field stands as it is.
	if (typeof forward !== 'function') return;
	Object.defineProperty(module, 'forward', {
		value: (...inputs: unknown[]): unknown =>
			within(
				module,
				() => announced(module, (): unknown => Reflect.apply(forward, module, inputs)),
				() => partsOfModule(module),
			),
		writable: true,
		configurable: true,
	});
}

function partsOfModule(root: object): Iterable<Part> {
	return partsOf(root, isModule);
}
