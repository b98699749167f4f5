import { assignAll, formatShape, Node, type Variable } from '@pullback/core';
import {
	checkedBoolean,
	checkedFunction,
	checkedOptions,
	describe,
} from '@pullback/core/arguments';
import { type AnyModule, Module } from './module.ts';
import { checkedRename, type Rename } from './rename.ts';
import { type Mismatch, StateError, type StateReport } from './stateReport.ts';

/** How to load a state. */
export interface LoadOptions {
	/** Whether every parameter and buffer must have a value, and every value belong to one; true if left out. */
	readonly strict?: boolean;
	/** The paths that names in the state become; the same if left out. */
	readonly rename?: Rename;
	/** What is loaded of a value, such as its transpose or a cast, given the path that it is for; itself if left out. */
	readonly transform?: (value: Node, path: string) => Node;
}

/**
 * Assigns the values of a state, by path as `stateOf` gives them, to the parameters and buffers of a module. All is checked
 * before anything is assigned. Returns what was loaded, and, where it is not strict, what was missing and unexpected; values
 * of another shape or dtype are errors in any case. Throws StateError with all that does not fit, RangeError for two
 * names that become the same path.
 */
export function loadState(
	module: AnyModule,
	state: ReadonlyMap<string, Node>,
	options?: LoadOptions,
): StateReport {
	const operation = 'loadState';
	const own = ownVariables(operation, module);
	const {
		strict = true,
		transform,
		rename,
	} = checkedOptions(operation, options, ['strict', 'rename', 'transform']);
	checkedBoolean(operation, 'strict', strict);
	if (transform !== undefined) checkedFunction(operation, 'transform', transform);
	const values = new Map<string, Node>();
	const unexpected: string[] = [];
	for (const [path, { name, value }] of renamedState(operation, state, rename)) {
		if (own.has(path)) values.set(path, transformed(value, path, transform));
		else unexpected.push(name);
	}
	return assignState(operation, own, { values, unexpected }, strict);
}

function transformed(value: Node, path: string, transform: LoadOptions['transform']): Node {
	if (transform === undefined) return value;
	const result: unknown = transform(value, path);
	if (result instanceof Node) return result;
	throw new TypeError(
		`loadState: transform returned ${describe(result)} for ${path}; it must return a Node`,
	);
}

/** The parameters and buffers of what must be a Module, by path. */
export function ownVariables(operation: string, module: AnyModule): Map<string, Variable> {
	if (!(module instanceof Module))
		throw new TypeError(`${operation}: module is ${describe(module)}; it must be a Module`);
	return module.namedVariables();
}

/** A value of a state, with the name that it has there. */
export interface Named {
	readonly name: string;
	readonly value: Node;
}

/** The values of a state by what their names become. */
export function renamedState(
	operation: string,
	state: ReadonlyMap<string, Node>,
	rename: Rename | undefined,
): Map<string, Named> {
	if (!(state instanceof Map))
		throw new TypeError(
			`${operation}: state is ${describe(state)}; it must be a Map of names and Nodes, such as stateOf returns`,
		);
	const become = checkedRename(operation, rename);
	const result = new Map<string, Named>();
	for (const [name, value] of state as ReadonlyMap<unknown, unknown>) {
		if (typeof name !== 'string')
			throw new TypeError(
				`${operation}: state has ${describe(name)} for a key; it must be a name, such as layers.0.weight`,
			);
		if (!(value instanceof Node))
			throw new TypeError(
				`${operation}: state has ${describe(value)} for ${describe(name)}; it must be a Node`,
			);
		const path = become(name);
		if (path === null) continue;
		const before = result.get(path);
		if (before !== undefined)
			throw new RangeError(
				`${operation}: ${describe(before.name)} and ${describe(name)} both become ${describe(path)}; rename them to paths that differ`,
			);
		result.set(path, { name, value });
	}
	return result;
}

/** The values of a state that belong to a module, and the names of those that do not. */
export interface Assignable {
	readonly values: ReadonlyMap<string, Node>;
	readonly unexpected: readonly string[];
}

/** Assigns all values at once, or, if they do not fit, none. */
export function assignState(
	operation: string,
	own: ReadonlyMap<string, Variable>,
	{ values, unexpected }: Assignable,
	strict: boolean,
	soughtAs?: (path: string) => readonly string[],
): StateReport {
	const assignments: [Variable, Node][] = [];
	const [loaded, missing]: [string[], string[]] = [[], []];
	const mismatched: Mismatch[] = [];
	for (const [path, variable] of own) {
		const value = values.get(path);
		if (value === undefined) {
			missing.push(path);
			continue;
		}
		const [found, needed] = [typeOf(value), typeOf(variable)];
		if (found !== needed) {
			mismatched.push({ path, found, needed });
			continue;
		}
		loaded.push(path);
		assignments.push([variable, value]);
	}
	const report = { loaded, missing, unexpected, mismatched };
	const isIncomplete = missing.length > 0 || unexpected.length > 0;
	if (mismatched.length > 0 || (strict && isIncomplete))
		throw new StateError(operation, report, soughtAs);
	assignAll(assignments);
	return report;
}

function typeOf({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>): string {
	return `${dtype}${formatShape(shape)}`;
}
