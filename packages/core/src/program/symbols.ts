import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import { settle } from './late.ts';

/**
 * Sees to it that every run has a value for all leaves. Refuses symbols that are not among `own`: of another function, of
 * an earlier trace, or of an example in a mapped function; and values that are not there yet.
 */
export function checkLeaves(roots: readonly Node[], own: ReadonlySet<Node>): void {
	for (const node of topologicalOrder(roots, ({ value }) => value !== null)) {
		const name = symbolName(node);
		if (name === null) settle(node);
		else if (!own.has(node)) refuseSymbol('compile', name);
	}
}

/** Refuses to use a symbol for a value. */
export function refuseSymbol(operation: string, name: string): never {
	throw new TypeError(
		`${operation}: ${name} is symbolic: it has no value while a function is compiled or mapped; return it from the function, or compute it outside`,
	);
}

/**
 * The name of a symbol that a Node without a value depends on, or is itself; null if it can be computed. Leaves no trace
 * in the Nodes, so that one may look at them at any time.
 */
export function symbolBehind(node: Node): string | null {
	const met = new Set([node]);
	for (const each of met) {
		if (each.value !== null) continue;
		const name = symbolName(each);
		if (name !== null) return name;
		for (const input of each.inputs) met.add(input);
	}
	return null;
}

/** What a symbol is called; null of any other Node. */
export function symbolName({ primitive, params }: Node): string | null {
	if (primitive === primitives.input) return (params as ParamsOf<'input'>).name; // of an input
	if (primitive !== primitives.variable) return null;
	const { name, late } = params as ParamsOf<'variable'>; // of a variable
	return late === undefined ? name : null;
}
