// Where a NaN is from
// findNaN names the operation that made the first one, and the line that recorded it.
import { type Node, tensor } from '@pullback/core';
import { findNaN } from '@pullback/verify';

const distance = (a: Node, b: Node) => a.sub(b).square().sum(-1).sqrt();
const loss = (a: Node, b: Node) => {
	const d = distance(a, b);
	return d.sub(1).log().mean();
};

const a = tensor([
	[0, 0],
	[1, 2],
]);
const b = tensor([
	[0, 3],
	[1, 2.5],
]);
const y = loss(a, b);
console.log('loss', y.item());
console.log(String(findNaN(() => loss(a, b))));
