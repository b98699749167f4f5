// Fitting a line
// Gradient descent by hand: the loss is a Node, its gradients are Nodes, and Variables hold what is learnt.
import { grad, linspace, normal, randomKey, variable } from '@pullback/core';
import { drawCurves } from '@pullback/pictures';

const x = linspace(-1, 1, 50);
const noise = normal(randomKey(7), [50]).mul(0.1);
const t = x.mul(2).add(0.5).add(noise).detach();

const slope = variable(0);
const height = variable(0);
const lossOf = () => x.mul(slope).add(height).sub(t).square().mean();
const losses: number[] = [];
for (let step = 0; step < 60; step++) {
	const loss = lossOf();
	const [bySlope, byHeight] = grad(loss, [slope, height]);
	slope.assign(slope.sub(bySlope.mul(0.3)));
	height.assign(height.sub(byHeight.mul(0.3)));
	losses.push(loss.item());
}
const loss = lossOf();

console.log('loss', loss.item().toFixed(4));
console.log('slope', slope.item().toFixed(3), 'height', height.item().toFixed(3));
console.log(await drawCurves({ loss: losses }, { xLabel: 'step', yLabel: 'squared error' }));
