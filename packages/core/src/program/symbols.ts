import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';

/**
 * Refuses what depends on a symbol that is not among `own`: one of another function, of an earlier trace, or of an example
 * in a mapped function. No run has a value for it.
 */
export function refuseForeignSymbols(roots: readonly Node[], own: ReadonlySet<Node>): void {
	for (const node of topologicalOrder(roots, ({ value }) => value !== null)) {
		const { primitive, params } = node;
		const symbolic = primitive === primitives.input || primitive === primitives.variable;
		if (symbolic && !own.has(node))
			refuseSymbol('compile', (params as ParamsOf<'input' | 'variable'>).name); // of one of the two
	}
}

/** Refuses to use a symbol for a value. */
export function refuseSymbol(operation: string, name: string): never {
	throw new TypeError(
		`${operation}: ${name} is symbolic: it has no value while a function is compiled or mapped; return it from the function, or compute it outside`,
	);
}
