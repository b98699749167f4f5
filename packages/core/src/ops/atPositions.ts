import { type Node, record } from '../graph/node.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import { primitives } from './primitives.ts';

// Flat positions within the last axes of a tensor, [..., counts], with the axes before them in common.

/** The elements of x at positions in its last `axes` axes. */
export function elementsAt(x: Node, positions: Node, axes: number): Node {
	const lead = x.shape.slice(0, x.shape.length - axes);
	const size = sizeOf(x.shape.slice(lead.length));
	const params = { axis: lead.length, batch: lead.length, fromEnd: false };
	const found = record(
		primitives.gather,
		[x.reshape([...lead, size]), flat(positions, lead)],
		params,
	);
	return found.reshape(positions.shape);
}

/** The transpose of `elementsAt`: zeros of `shape`, and updates added at positions in its last `axes` axes. */
export function addedAt(updates: Node, positions: Node, shape: Shape, axes: number): Node {
	const lead = shape.slice(0, shape.length - axes);
	const size = sizeOf(shape.slice(lead.length));
	const params = { axis: lead.length, batch: lead.length, size, fromEnd: false };
	const sums = record(primitives.scatterAdd, [flat(updates, lead), flat(positions, lead)], params);
	return sums.reshape(shape);
}

function flat(x: Node, lead: Shape): Node {
	return x.reshape([...lead, sizeOf(x.shape.slice(lead.length))]);
}
