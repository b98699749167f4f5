// Two spirals
// A net of two hidden layers tells two spirals apart; contours show where it changes its mind.
import {
	concatenate,
	linspace,
	type Node,
	normal,
	randomKey,
	splitKey,
	stack,
	zeros,
} from '@pullback/core';
import { Adam, Affine, fit, sequential, softmaxCrossEntropy, Tanh } from '@pullback/nn';
import { drawContours, drawPoints } from '@pullback/pictures';

const keys = splitKey(randomKey(3), 4);
const turn = linspace(0.5, 9, 100);
const arm = stack([turn.sin().mul(turn), turn.cos().mul(turn)], 1).div(9);
const noise = normal(keys.slice(0), [200, 2]).mul(0.02);
const points = concatenate([arm, arm.neg()]).add(noise).detach();
const labels = concatenate([zeros([100]), zeros([100]).add(1)]).cast('i32');
const layer = (inputs: number, outputs: number, key: number) =>
	new Affine({ inputs, outputs, key: keys.slice(key) });
const net = sequential(layer(2, 24, 1), new Tanh(), layer(24, 24, 2), new Tanh(), layer(24, 2, 3));

const history = await fit(net, [[points, labels]], {
	loss: softmaxCrossEntropy,
	optimizer: new Adam(net.parameters(), { learningRate: 0.02 }),
	epochs: 400,
	progress: 'none',
});
const right = net.forward(points).argmax(-1).equal(labels).cast('f32').mean();
console.log('loss', history.epochs.at(-1)?.loss, 'right', right.item());

const range = { x: [-1.1, 1.1], y: [-1.1, 1.1] } as const;
const first = (x: Node, y: Node) =>
	net
		.forward(stack([x, y], -1))
		.softmax(-1)
		.slice(null, null, 0);
console.log(await drawContours(first, { ...range, levels: 5 }));
console.log(
	await drawPoints({ first: points.slice([0, 100]), second: points.slice([100, 200]) }, range),
);
