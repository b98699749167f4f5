import type { Node, Operand } from '@pullback/core';
import { toNodes } from '@pullback/core/arguments';

/** Operands as Nodes of their common dtype, or of f32 where that is of whole numbers, which would wrap around. */
export function toFloatingNodes(operation: string, operands: readonly Operand[]): Node[] {
	return toNodes(operation, operands).map(toFloating);
}

function toFloating(node: Node): Node {
	return node.dtype === 'f32' || node.dtype === 'f64' ? node : node.cast('f32');
}
