import {
	gather,
	grad,
	type Node,
	normal,
	randomKey,
	tensor,
	uniform,
	type Variable,
	variable,
	zeros,
} from '../src/index.ts';

const [inputs, hidden, classes, batch] = [784, 50, 10, 100];

/** The book's two-layer net and its training step by gradient descent. */
export function net(): {
	parameters: readonly Variable[];
	step: (x: Node, labels: Node) => Node;
} {
	const weight = (seed: number, shape: readonly number[]): Variable =>
		variable(normal(randomKey(seed), shape, { std: 0.01 }), { name: `weight${seed}` });
	const parameters = [
		weight(1, [inputs, hidden]),
		variable(zeros([hidden]), { name: 'bias1' }),
		weight(2, [hidden, classes]),
		variable(zeros([classes]), { name: 'bias2' }),
	] as const;
	const [w1, b1, w2, b2] = parameters;
	const step = (x: Node, labels: Node): Node => {
		const scores = x.matmul(w1).add(b1).relu().matmul(w2).add(b2).logSoftmax(-1);
		const loss = gather(scores, labels, { axis: 1, batch: 1, fromEnd: false }).mean().neg();
		const slopes = grad(loss, parameters);
		for (const [i, parameter] of parameters.entries())
			parameter.assign(parameter.read().sub((slopes[i] as Node).mul(0.1))); // one each
		return loss;
	};
	return { parameters, step };
}

export const images = uniform(randomKey(3), [batch, inputs]);
export const labels = tensor(Int32Array.from({ length: batch }, (_, i) => (7 * i) % classes));
