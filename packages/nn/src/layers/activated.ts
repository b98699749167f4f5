import { formatShape, type Node, ShapeError } from '@pullback/core';
import { checkedNode } from '@pullback/core/arguments';

/** What an activation that a layer was given makes of x: a Node of its shape. */
export function activated(operation: string, activation: (x: Node) => Node, x: Node): Node {
	const y = checkedNode(operation, 'the result of activation', activation(x));
	if (formatShape(y.shape) !== formatShape(x.shape))
		throw new ShapeError(
			`${operation}: activation made ${formatShape(y.shape)} of ${formatShape(x.shape)}; it must keep the shape`,
		);
	return y;
}
