import { describe } from '../graph/describe.ts';
import type { Data } from '../graph/dtype.ts';
import { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { lateOf } from './late.ts';
import { refuseSymbol, symbolName } from './symbols.ts';
import { Variable } from './variable.ts';

/**
 * Awaits the values of Nodes and Variables that an engine delivers later, and those that others are computed from; what
 * is there already takes no time. Afterwards looking (`item`, `data`, `toArray`) works at once; at a Variable, until a
 * compiled function has changed it again. Rejects with the error of the run that was to compute one of them, if that
 * failed: what the run was to change has no value then until it is assigned anew. Rejects with a TypeError for what is
 * neither a Node nor a Variable, or is symbolic.
 */
export async function ready(...values: readonly (Node | Variable)[]): Promise<void> {
	const order = topologicalOrder(values.map(nodeOf), ({ value }) => value !== null);
	const coming: Promise<Data>[] = [];
	for (const node of order) {
		const name = symbolName(node);
		if (name !== null) refuseSymbol('ready', name);
		const late = lateOf(node);
		if (late !== null) coming.push(late.arrival());
	}
	await Promise.all(coming);
}

function nodeOf(value: Node | Variable, at: number): Node {
	if (value instanceof Node) return value;
	if (value instanceof Variable) return value.read();
	throw new TypeError(
		`ready: argument ${at} is ${describe(value)}; it must be a Node or a Variable`,
	);
}
