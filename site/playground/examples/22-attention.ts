// Attention
// Each query takes from the values by how well it fits the keys; the weights are a softmax of products.
import { evaluate, grad, scaledDotProductAttention, tensor } from '@pullback/core';
import { drawImages } from '@pullback/pictures';

const keys = tensor([
	[4, 0, 0],
	[0, 4, 0],
	[0, 0, 4],
]);
const queries = tensor([
	[3, 0, 0],
	[0, 3, 3],
]);
const values = tensor([[1], [2], [3]]);

const weights = queries.matmul(keys.transpose()).div(Math.sqrt(3)).softmax(-1);
const attended = scaledDotProductAttention(queries, keys, values);
const y = attended.sum();
const [gradient] = grad(y, [queries]);

evaluate([weights, attended, gradient]);
console.log('weights', weights);
console.log('taken from the values', attended);
console.log('gradient in the queries', gradient);
console.log(await drawImages({ weights }, { range: [0, 1] }));
