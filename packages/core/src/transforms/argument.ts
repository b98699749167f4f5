import { type Node, record } from '../graph/node.ts';
import { type Operand, toNode } from '../ops/operand.ts';
import { primitives } from '../ops/primitives.ts';

/**
 * An operand as a Node of its own, which no other argument of a function is or depends on. Without it, an operand passed
 * twice, or one made of another, would give each of those arguments the derivatives of both.
 */
export function argument(operation: string, operand: Operand): Node {
	const node = toNode(operation, operand);
	return record(primitives.reshape, [node], { shape: node.shape });
}
