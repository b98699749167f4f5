// Chapter 4: derivatives from differences, and the exact ones beside them.
import { grad, type Node, tensor } from '@pullback/core';
import { numericalGradient } from '@pullback/verify';

const step = 1e-4;

export const parabola = (x: Node): Node => x.square().mul(0.01).add(x.mul(0.1));
export const bowl = (x: Node): Node => x.square().sum();

/** The derivative of a scalar function at x, by differences and exactly. */
export function derivatives(f: (x: Node) => Node, at: number | number[]): number[][] {
	const x = tensor(at, { dtype: 'f64' });
	const [numeric = x] = numericalGradient(f, [x], { step });
	const [exact] = grad(f(x), [x]);
	return [[...numeric.data()], [...exact.data()]];
}

if (process.argv[1] === import.meta.filename) {
	for (const at of [5, 10])
		console.log(
			`0.01 x^2 + 0.1 x at ${at}: by differences, exactly: ${derivatives(parabola, at).join(', ')}`,
		);
	for (const at of [
		[3, 4],
		[0, 2],
		[3, 0],
	]) {
		const [numeric = [], exact = []] = derivatives(bowl, at);
		console.log(`x0^2 + x1^2 at ${at}: by differences [${numeric}], exactly [${exact}]`);
	}
}
