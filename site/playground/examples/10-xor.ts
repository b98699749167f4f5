// A net learns XOR
// Eight hidden units, one compiled step of forward pass, gradients and update, five hundred times.
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

for (let i = 0; i <= 500; i++) {
	const found = step(inputs, labels);
	if (i % 100 === 0) console.log(`step ${i}: loss ${found.item().toFixed(4)}`);
}
const loss = softmaxCrossEntropy(model.forward(inputs), labels);
console.log('loss', loss.item(), 'read as', model.forward(inputs).argmax(-1).toArray());
console.log(model);
