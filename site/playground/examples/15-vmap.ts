// Gradients of each example
// vmap makes a function of one example a function of a batch, gradients and all.
import { grad, type Node, tensor, vmap } from '@pullback/core';

const weight = tensor([0.5, -1], { dtype: 'f64' });
const lossOf = (x: Node, t: Node) => x.dot(weight).sub(t).square();
const gradientOf = (x: Node, t: Node) => {
	const [gradient] = grad(lossOf(x, t), [weight]);
	return gradient;
};

const xs = tensor([
	[1, 2],
	[3, -1],
	[0, 1],
]).cast('f64');
const ts = tensor([0, 1, 2]).cast('f64');
const all = vmap(gradientOf)(xs, ts);
console.log('each', all.toArray());
console.log('their mean', all.mean(0).toArray());

const loss = vmap(lossOf)(xs, ts).mean();
const [together] = grad(loss, [weight]);
console.log('the gradient of the mean', together.toArray());
