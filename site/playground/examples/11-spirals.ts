// Two spirals
// A net of two hidden layers tells two spirals apart; contours show where it changes its mind.
import {
	arange,
	concatenate,
	linspace,
	type Node,
	randomKey,
	splitKey,
	stack,
} from '@pullback/core';
import { Adam, Affine, fit, sequential, softmaxCrossEntropy, Tanh } from '@pullback/nn';
import { drawContours, drawPoints } from '@pullback/pictures';

const turn = linspace(0.5, 9, 100);
const arm = stack([turn.sin().mul(turn), turn.cos().mul(turn)], 1).div(9);
const points = concatenate([arm, arm.neg()]).detach();
const labels = arange(200).greaterEqual(100).cast('i32');

const keys = splitKey(randomKey(3), 3);
const net = sequential(
	new Affine({ inputs: 2, outputs: 24, key: keys.slice(0) }),
	new Tanh(),
	new Affine({ inputs: 24, outputs: 24, key: keys.slice(1) }),
	new Tanh(),
	new Affine({ inputs: 24, outputs: 2, key: keys.slice(2) }),
);
const optimizer = new Adam(net.parameters(), { learningRate: 0.02 });
const loss = softmaxCrossEntropy;
await fit(net, [[points, labels]], { loss, optimizer, epochs: 400, progress: 'none' });

const right = net.forward(points).argmax(-1).equal(labels).cast('f32').mean();
console.log(`${(100 * right.item()).toFixed(0)} % are told right`);

const range = { x: [-1.1, 1.1], y: [-1.1, 1.1] } as const;
const probability = (x: Node, y: Node) => {
	const scores = net.forward(stack([x, y], -1));
	return scores.softmax(-1).slice(null, null, 1);
};
console.log(await drawContours(probability, { ...range, levels: 5 }));
const spirals = { first: points.slice([0, 100]), second: points.slice([100, 200]) };
console.log(await drawPoints(spirals, range));
