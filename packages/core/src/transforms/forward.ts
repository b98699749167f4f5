import { ShapeError } from '../graph/errors.ts';
import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import { zerosLike } from '../ops/creation.ts';
import { type Operand, toNode, toNodes } from '../ops/operand.ts';
import type { Differentiable } from './grad.ts';

/**
 * The Jacobian-vector product: the derivative of y along `tangents`, one for each of `xs` and of its shape,
 * by forward mode. The result has the shape of y.
 */
export function jvp(y: Node, xs: readonly Differentiable[], tangents: readonly Operand[]): Node {
	if (xs.length !== tangents.length)
		throw new ShapeError(`jvp: got ${tangents.length} tangents for ${xs.length} inputs`);
	const derivatives = new Map<Node, Node | null>();
	for (const [i, each] of xs.entries()) {
		const x = toNode('jvp', each);
		const [tangent] = toNodes('jvp', [tangents[i] ?? 0, zerosLike(x)]) as [Node, Node]; // as many as were passed
		if (!sameShape(tangent.shape, x.shape))
			throw new ShapeError(
				`jvp: tangent ${i} has shape ${formatShape(tangent.shape)}, must have that of its input, ${formatShape(x.shape)}`,
			);
		derivatives.set(x, tangent.cast(x.dtype));
	}
	for (const node of topologicalOrder([y], (each) => derivatives.has(each))) {
		const along = node.inputs.map((input) => derivatives.get(input) ?? null);
		derivatives.set(
			node,
			along.every((tangent) => tangent === null)
				? null
				: node.primitive.jvp(along, node.inputs, node, node.params),
		);
	}
	return derivatives.get(y) ?? zerosLike(y);
}
