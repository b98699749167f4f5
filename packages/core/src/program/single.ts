import { Node, record } from '../graph/node.ts';
import { primitives } from '../ops/primitives.ts';
import type { Engine, Program } from './engine.ts';

/** The different Nodes that a Node is computed from, in the order of the inputs of its program. */
export function operandsOf(node: Node): Node[] {
	return [...new Set(node.inputs)];
}

/** A program that computes a single Node from the values of its operands. */
export function programOf(engine: Pick<Engine, 'compile'>, node: Node): Program {
	const operands = operandsOf(node);
	const inputs = operands.map(({ shape, dtype }, i) =>
		record(primitives.input, [], { name: `operand ${i}`, shape, dtype }),
	);
	const output = new Node(
		node.primitive,
		node.inputs.map((input) => inputs[operands.indexOf(input)] as Node), // one each
		node.params,
	);
	return engine.compile({ inputs, outputs: [output], updates: [] });
}
