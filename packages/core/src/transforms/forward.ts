import { checkedList } from '../graph/arguments.ts';
import { ShapeError } from '../graph/errors.ts';
import { checkedNode, type Node } from '../graph/node.ts';
import { recordingDerivativeOf } from '../graph/observe.ts';
import { topologicalOrder } from '../graph/order.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import { add } from '../ops/arithmetic.ts';
import { zerosLike } from '../ops/creation.ts';
import { type Operand, toNodes } from '../ops/operand.ts';
import { type Differentiable, floatingSource } from './grad.ts';

/**
 * The Jacobian-vector product: the derivative of y along `tangents`, one for each of `xs` and of its shape,
 * by forward mode; the transpose of `vjp`. The result has the shape of y. Each of `xs` moves by its tangent on top of
 * how it follows those that it is made of, and one that is there twice by the sum of both tangents. Throws
 * DTypeError where one of `xs` is no float.
 */
export function jvp(y: Node, xs: readonly Differentiable[], tangents: readonly Operand[]): Node {
	checkedNode('jvp', 'y', y);
	checkedList('jvp', 'xs', xs);
	checkedList('jvp', 'tangents', tangents);
	if (xs.length !== tangents.length)
		throw new ShapeError(`jvp: got ${tangents.length} tangents for ${xs.length} inputs`);
	const own = new Map<Node, Node>();
	for (const [i, each] of xs.entries()) {
		const x = floatingSource('jvp', each, i);
		const [tangent] = toNodes('jvp', [tangents[i] as Operand, zerosLike(x)]) as [Node, Node]; // i is in range; as many as were passed
		if (!sameShape(tangent.shape, x.shape))
			throw new ShapeError(
				`jvp: tangent ${i} has shape ${formatShape(tangent.shape)}, must have that of its input, ${formatShape(x.shape)}`,
			);
		own.set(x, sumOf(own.get(x), tangent.cast(x.dtype)));
	}
	const derivatives = new Map<Node, Node>();
	// To the very beginning, as one of xs may depend on another.
	for (const node of topologicalOrder([y])) {
		const along = node.inputs.map((input) => derivatives.get(input) ?? null);
		const outer = recordingDerivativeOf(node);
		const following = along.every((tangent) => tangent === null)
			? null
			: node.primitive.jvp(along, node.inputs, node, node.params);
		recordingDerivativeOf(outer);
		const tangent = following === null ? own.get(node) : sumOf(own.get(node), following);
		if (tangent !== undefined) derivatives.set(node, tangent);
	}
	return derivatives.get(y) ?? zerosLike(y);
}

function sumOf(sofar: Node | undefined, tangent: Node): Node {
	return sofar === undefined ? tangent : add(sofar, tangent);
}
