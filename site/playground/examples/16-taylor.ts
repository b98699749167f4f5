// Derivatives of any order
// The Taylor polynomials of a sine at 0 come from gradients of gradients of gradients.
import { grad, type Node, tensor } from '@pullback/core';
import { drawFunctions } from '@pullback/pictures';

const zero = tensor(0, { dtype: 'f64' });
const coefficients: number[] = [];
let derivative: Node = zero.sin();
let factorial = 1;
for (let order = 0; order <= 7; order++) {
	coefficients.push(derivative.item() / factorial);
	[derivative] = grad(derivative, [zero]);
	factorial *= order + 1;
}
console.log(coefficients);

const polynomial = (order: number) => (x: Node) =>
	coefficients.slice(0, order + 1).reduceRight((sum: Node, c) => sum.mul(x).add(c), x.mul(0));
const functions = {
	sine: (x: Node) => x.sin(),
	'1': polynomial(1),
	'3': polynomial(3),
	'7': polynomial(7),
};
console.log(
	await drawFunctions(functions, {
		x: [-5, 5],
		y: [-2, 2],
		title: 'Sine, and its Taylor polynomials',
	}),
);
