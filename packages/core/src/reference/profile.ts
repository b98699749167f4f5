import type { Data } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import type { Cell, TracedGraph } from '../program/engine.ts';
import type { Profiled } from '../program/profileResult.ts';
import { timed } from '../program/timed.ts';
import { explain, interpretedOrder, isStep } from './explain.ts';
import { compute } from './kernels.ts';

/** Times what the interpreter does of a graph, Node by Node. */
export function profile(
	traced: TracedGraph,
	inputs: readonly Data[],
	runs: number | null,
): Profiled {
	const { graph } = traced;
	const explained = explain(traced);
	const order = interpretedOrder(graph);
	const values = new Map<Node, Data>();
	for (const [i, node] of graph.inputs.entries()) {
		const value = inputs[i];
		if (value !== undefined) values.set(node, value);
	}
	for (const node of order) {
		if (node.value !== null) values.set(node, node.value);
		else if (node.primitive === primitives.variable) {
			const { cell } = node.params as ParamsOf<'variable'>; // of a variable
			values.set(node, (cell as Cell).read()); // Variables keep their value in a Cell
		} else if (node.inputs.length === 0 && !values.has(node)) values.set(node, compute(node, []));
	}
	const elementsOf = (node: Node): Data => {
		const value = values.get(node);
		if (value === undefined) throw new Error('internal: a Node was not computed');
		return value;
	};
	const steps = order.filter(isStep);
	const { medians, runs: count } = timed(steps.length + 1, runs, (note) => {
		const begin = performance.now();
		for (const [i, node] of steps.entries()) {
			const operands = node.inputs.map(elementsOf);
			const start = performance.now();
			const value = compute(node, operands);
			note(i, performance.now() - start);
			values.set(node, value);
		}
		note(steps.length, performance.now() - begin);
	});
	return {
		explained,
		outputs: graph.outputs.map(elementsOf),
		runs: count,
		kernels: medians.slice(0, -1),
		whole: medians.at(-1) ?? 0,
	};
}
