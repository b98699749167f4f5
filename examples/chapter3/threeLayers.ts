// Chapter 3: signals pass through a net of three layers, written out in matrices.
import { identity, matmul, type Node, sigmoid, tensor } from '@pullback/core';

const layers = [
	{
		weight: [
			[0.1, 0.3, 0.5],
			[0.2, 0.4, 0.6],
		],
		bias: [0.1, 0.2, 0.3],
		activation: sigmoid,
	},
	{
		weight: [
			[0.1, 0.4],
			[0.2, 0.5],
			[0.3, 0.6],
		],
		bias: [0.1, 0.2],
		activation: sigmoid,
	},
	{
		weight: [
			[0.1, 0.3],
			[0.2, 0.4],
		],
		bias: [0.1, 0.2],
		activation: identity,
	},
];

/** The output of the net for an input of two numbers. */
export function forward(x: Node): Node {
	return layers.reduce(
		(signal, { weight, bias, activation }) => activation(matmul(signal, weight).add(bias)),
		x,
	);
}

if (process.argv[1] === import.meta.filename) {
	const x = tensor([1, 0.5], { dtype: 'f64' });
	console.log(`input ${x.data().join(', ')}; output ${forward(x).data().join(', ')}`);
}
