import { apply, type Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';

/** `outputs` recorded anew with some Nodes replaced, wherever they depend on those; shared otherwise. */
export function rebuild(outputs: readonly Node[], replaced: ReadonlyMap<Node, Node>): Node[] {
	const rebuilt = new Map(replaced);
	for (const node of topologicalOrder(outputs, (each) => rebuilt.has(each)))
		if (node.inputs.some((input) => rebuilt.has(input)))
			rebuilt.set(
				node,
				apply(
					node.primitive,
					node.inputs.map((input) => rebuilt.get(input) ?? input),
					node.params,
				),
			);
	return outputs.map((output) => rebuilt.get(output) ?? output);
}
