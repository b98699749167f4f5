import type { Node } from '@pullback/core';
import { isWritten } from './numbers.ts';

/** The operations that leave the elements as they are: to what shape they bring them is all there is to say of them. */
const movements: ReadonlySet<string> = new Set(['broadcast', 'reshape', 'permute', 'cast']);

/** Whether a Node has the elements of its input in another shape, order or dtype. */
export function isMovement({ primitive, inputs }: Node): boolean {
	return inputs.length > 0 && movements.has(primitive.name);
}

/** Whether a Node is a small constant, whose elements its shape shows. */
export function isLiteral({ primitive, shape, value }: Node): boolean {
	return primitive.name === 'constant' && value !== null && isWritten(shape);
}

/**
 * The Nodes that are drawn as one with another: a movement with what it moves, where that is a movement itself or a small
 * constant, has no other user and no name. By the movement, what it moves.
 */
export function movedTogether(
	order: readonly Node[],
	outputs: readonly Node[],
	isNamed: (node: Node) => boolean,
): Map<Node, Node> {
	const uses = new Map<Node, number>();
	const use = (node: Node): void => {
		uses.set(node, (uses.get(node) ?? 0) + 1);
	};
	for (const output of outputs) use(output);
	for (const node of order) node.inputs.forEach(use);
	const together = new Map<Node, Node>();
	for (const node of order) {
		const [moved] = node.inputs;
		if (moved === undefined || !isMovement(node) || uses.get(moved) !== 1 || isNamed(moved))
			continue;
		if (isMovement(moved) || isLiteral(moved)) together.set(node, moved);
	}
	return together;
}
