import { fastEngine } from '../engines.ts';
import type { Data } from '../graph/dtype.ts';
import { checkedNodes, type Node } from '../graph/node.ts';
import { isMuchWork } from '../lowering/nodes/work.ts';
import { evaluate as evaluateBy } from '../reference/evaluate.ts';
import { compute } from '../reference/kernels.ts';
import { OutOfMemoryError } from '../wasm/heap.ts';
import { ThreadError } from '../wasm/threads/pool.ts';
import { NodePrograms } from './programs.ts';

// Made when first needed: most processes compute nothing large outside of compiled functions.
let programs: NodePrograms | null | undefined;

/**
 * Computes Nodes in one pass, and keeps every value met on the way: whatever shares it finds it there. Nodes
 * that are much work are computed by the engine of `compile`, all others by the interpreter; which of them it is
 * follows from the Node alone and not from what ran before, so that the same expression has the same bits.
 */
export function evaluate(nodes: readonly Node[]): void {
	checkedNodes('evaluate', 'nodes', nodes);
	evaluateBy(nodes, (node, inputs) =>
		isMuchWork(node) ? computeFast(node, inputs) : compute(node, inputs),
	);
}

/** The value of a Node, computed if it has not been. */
export function computed(node: Node): Data {
	if (node.value === null) evaluate([node]);
	return node.value as Data; // evaluated above
}

function computeFast(node: Node, inputs: readonly Data[]): Data {
	if (programs === undefined) {
		const engine = fastEngine();
		programs = engine === null ? null : new NodePrograms(engine);
	}
	if (programs === null) return compute(node, inputs);
	try {
		return programs.run(node, inputs);
	} catch (error) {
		// The engine's own misfortune: the value can be had all the same.
		if (error instanceof OutOfMemoryError || error instanceof ThreadError)
			return compute(node, inputs);
		throw error;
	}
}
