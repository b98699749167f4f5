import type { Node } from '../graph/node.ts';

/**
 * For every element the product of all others along the last axis, without dividing, so that zeros keep
 * their gradient. Prefix and suffix products by doubling: log2(n) steps, each of them differentiable.
 */
export function productOfOthers(x: Node): Node {
	return productBefore(x).mul(productBefore(x.flip(-1)).flip(-1));
}

function productBefore(x: Node): Node {
	const length = x.shape.at(-1) ?? 1;
	let product = shiftIn(x, 1);
	for (let reach = 1; reach < length; reach *= 2) product = product.mul(shiftIn(product, reach));
	return product;
}

/** x moved along its last axis by `distance`, with ones moving in. */
function shiftIn(x: Node, distance: number): Node {
	const length = x.shape.at(-1) ?? 1;
	const by = Math.min(distance, length);
	const others = x.shape.slice(0, -1).map(() => null);
	return x.slice(...others, [0, length - by]).pad([[by, 0]], { value: 1 });
}
