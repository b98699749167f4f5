import { concatenate, type Node, topologicalOrder, zeros } from '@pullback/core';

/**
 * All decisions on the way to `output`, in one f64 vector: the sides taken by relu, where, clip and abs, the
 * winners of maxima, the order of sorts, the steps of floor. Between two points of the same decisions the
 * function is smooth, as far as its primitives are.
 */
export function decisionsOf(output: Node): Node {
	const made = topologicalOrder([output]).flatMap((node) => {
		const { primitive, inputs, params } = node;
		const branches = primitive.branches(inputs, node, params);
		return branches === null ? [] : [branches.flatten().cast('f64')];
	});
	return concatenate([zeros([0], { dtype: 'f64' }), ...made]);
}
