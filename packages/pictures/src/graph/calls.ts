import { Node, observing, type Variable } from '@pullback/core';
import {
	checkedFunction,
	checkedNode,
	checkedNodes,
	checkedString,
	describe,
} from '@pullback/core/arguments';
import { type AnyModule, Buffer, Module, observingCalls } from '@pullback/nn';

/** One call of a module, in which Nodes were recorded. */
export interface ModuleCall {
	/** The module, or the function that was given to `box`. */
	readonly module: object;
	/**
	 * The path of the module in the net, empty for the net itself; the name of its class for what is no part of the net; the
	 * title of a box.
	 */
	readonly path: string;
	/** The name of its class; empty of a box. */
	readonly type: string;
	/** Which of the calls of this module it is, from 1. */
	readonly number: number;
	/** The call in which this one was made; null of the outermost. */
	readonly outer: ModuleCall | null;
}

/** What the net calls a Variable. */
export interface HeldVariable {
	readonly path: string;
	readonly isBuffer: boolean;
}

/** The Nodes that a function returned, and the calls of modules in which they and others were recorded. */
export class RecordedCalls {
	readonly outputs: readonly Node[];
	/** The innermost call in which a Node was recorded; none of Nodes that were recorded in no call. */
	readonly callOf: ReadonlyMap<Node, ModuleCall>;
	/** All calls, in the order in which they began. */
	readonly calls: readonly ModuleCall[];
	/** The Variables of the net, by their cells. */
	readonly variables: ReadonlyMap<unknown, HeldVariable>;

	constructor(
		outputs: readonly Node[],
		callOf: ReadonlyMap<Node, ModuleCall>,
		calls: readonly ModuleCall[],
		variables: ReadonlyMap<unknown, HeldVariable>,
	) {
		this.outputs = outputs;
		this.callOf = callOf;
		this.calls = calls;
		this.variables = variables;
	}

	/** How often a module was called. */
	timesOf(module: object): number {
		return this.calls.reduce((times, call) => (call.module === module ? times + 1 : times), 0);
	}
}

/** Runs a function, and has what it records drawn in a box with a title, as that of a module is. */
export type Box = <Result>(title: string, f: () => Result) => Result;

/**
 * Runs `f`, and keeps which call of which module of `net` recorded each Node: `drawGraph` then draws modules as boxes.
 * `f` returns a Node or several; with the `box` that it is given it has boxes for what is no module, such as
 * `(box) => { const y = net.forward(x); return box('loss', () => squaredError(y, t)); }`. Nothing is kept for what runs at
 * other times, and nothing is computed. Throws TypeError if `f` returns anything else.
 */
export function recordCalls(
	net: AnyModule,
	f: (box: Box) => Node | readonly Node[],
): RecordedCalls {
	if (!(net instanceof Module))
		throw new TypeError(`recordCalls: net is ${describe(net)}; it must be a Module`);
	checkedFunction('recordCalls', 'f', f);
	const pathOf = new Map([...net.namedModules()].map(([path, module]) => [module as object, path]));
	const callOf = new Map<Node, ModuleCall>();
	const calls: ModuleCall[] = [];
	const times = new Map<object, number>();
	let current: ModuleCall | null = null;
	const enter = (module: object, path: string, type: string): void => {
		const number = (times.get(module) ?? 0) + 1;
		times.set(module, number);
		current = { module, path, type, number, outer: current };
		calls.push(current);
	};
	const entered = (module: object): void => {
		const type = module.constructor.name || 'a class without a name';
		enter(module, pathOf.get(module) ?? type, type);
	};
	const left = (): void => {
		current = current?.outer ?? null;
	};
	const box: Box = (title, inner) => {
		checkedString('box', 'title', title);
		checkedFunction('box', 'f', inner);
		enter(inner, title, '');
		try {
			return inner();
		} finally {
			left();
		}
	};
	const result = observingCalls({ entered, returned: left, threw: left }, () =>
		observing(
			(node) => {
				if (current !== null) callOf.set(node, current);
			},
			() => f(box),
		),
	);
	const outputs = result instanceof Node ? [result] : result;
	checkedOutputs('recordCalls', 'what f returned', outputs);
	return new RecordedCalls([...outputs], callOf, calls, variablesOf(net));
}

/** The innermost call that both are in, or are; null if none is. */
export function commonCall(a: ModuleCall | null, b: ModuleCall | null): ModuleCall | null {
	if (a === b) return a;
	const around = new Set<ModuleCall>();
	for (let call = a; call !== null; call = call.outer) around.add(call);
	for (let call = b; call !== null; call = call.outer) if (around.has(call)) return call;
	return null;
}

/** A list of Nodes, at least one. */
export function checkedOutputs(operation: string, name: string, outputs: readonly Node[]): void {
	if (!Array.isArray(outputs)) checkedNode(operation, name, outputs as never); // to be refused
	checkedNodes(operation, name, outputs);
	if (outputs.length === 0)
		throw new RangeError(`${operation}: ${name} is empty; it must hold at least one Node`);
}

function variablesOf(net: AnyModule): Map<unknown, HeldVariable> {
	return new Map(
		Array.from(net.namedVariables(), ([path, variable]: [string, Variable]) => [
			variable.cell,
			{ path, isBuffer: variable instanceof Buffer },
		]),
	);
}
