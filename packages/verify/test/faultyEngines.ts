import { type Engine, type Graph, interpreter, Node, topologicalOrder } from '@pullback/core';

/** An engine that runs graphs in which Nodes have been replaced. */
export function rewriting(rewrite: (node: Node) => Node): Engine {
	return {
		name: 'rewriting',
		compile(graph: Graph) {
			const replaced = new Map<Node, Node>();
			const current = (node: Node): Node => replaced.get(node) ?? node;
			const roots = [...graph.outputs, ...graph.updates.map(({ value }) => value)];
			for (const node of topologicalOrder(roots)) {
				const inputs = node.inputs.map(current);
				const isSame = inputs.every((input, i) => input === node.inputs[i]);
				const own = isSame ? node : new Node(node.primitive, inputs, node.params);
				replaced.set(node, rewrite(own));
			}
			return interpreter.compile({
				inputs: graph.inputs,
				outputs: graph.outputs.map(current),
				updates: graph.updates.map(({ cell, value }) => ({ cell, value: current(value) })),
			});
		},
	};
}

/** One that stores Variables one after the other, each of what those before hold by now. */
export const sequential: Engine = {
	name: 'sequential',
	compile(graph) {
		const parts = graph.updates.map((update) =>
			interpreter.compile({ inputs: graph.inputs, outputs: [], updates: [update] }),
		);
		const outputs = interpreter.compile({ ...graph, updates: [] });
		return {
			free() {},
			run(inputs) {
				const values = outputs.run(inputs);
				for (const part of parts) part.run(inputs);
				return values;
			},
		};
	},
};
