// The net of the README: it learns exclusive or, which no line can separate.
import { compile, type Node, randomKey, splitKey, tensor } from '@pullback/core';
import { Affine, SGD, sequential, softmaxCrossEntropy, Tanh } from '@pullback/nn';

const inputs = tensor([
	[0, 0],
	[0, 1],
	[1, 0],
	[1, 1],
]);
const labels = tensor([0, 1, 1, 0], { dtype: 'i32' });

const keys = splitKey(randomKey(1));
const model = sequential(
	new Affine({ inputs: 2, outputs: 8, key: keys.slice(0) }),
	new Tanh(),
	new Affine({ inputs: 8, outputs: 2, key: keys.slice(1) }),
);
const optimizer = new SGD(model.parameters(), { learningRate: 0.5 });

const step = compile((x: Node, t: Node) => {
	const loss = softmaxCrossEntropy(model.forward(x), t);
	optimizer.minimize(loss);
	return loss;
});
for (let i = 0; i < 500; i++) step(inputs, labels);
console.log(model.forward(inputs).argmax(-1).toArray()); // [ 0, 1, 1, 0 ]
