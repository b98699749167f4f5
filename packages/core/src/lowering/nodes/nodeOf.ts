import { Node } from '../../graph/node.ts';
import { type ParamsOf, type PrimitiveName, primitives } from '../../ops/primitives.ts';

/** A Node of the primitive of that name, for a graph that is rewritten. */
export function nodeOf<Name extends PrimitiveName>(
	name: Name,
	inputs: readonly Node[],
	params: ParamsOf<Name>,
): Node {
	return new Node(primitives[name] as Node['primitive'], inputs, params); // a row of the table, arity forgotten
}
