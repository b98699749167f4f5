import type { Node, ParamsOf } from '@pullback/core';

/** The products that are added up for one element of a product of matrices or a convolution; 1 of other Nodes. */
export function factorsOf({ primitive: { name }, params, inputs: [x, y] }: Node): number {
	if (name === 'matmul') return x?.shape.at(-1) ?? 1;
	if (name !== 'convolution' || y === undefined) return 1;
	const { stride } = params as ParamsOf<'convolution'>; // of a convolution
	return y.shape.slice(-stride.length - 1).reduce((count, length) => count * length, 1);
}
