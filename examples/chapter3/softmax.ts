// Chapter 3: softmax turns scores into probabilities; computed as it is written, it overflows.
import { exp, type Node, softmax, sum, tensor } from '@pullback/core';

/** The formula as it is written. */
export function naiveSoftmax(scores: Node): Node {
	return exp(scores).div(sum(exp(scores)));
}

export const scores: Node = tensor([0.3, 2.9, 4.0], { dtype: 'f64' });
export const largeScores: Node = tensor([1010, 1000, 990], { dtype: 'f64' });

if (process.argv[1] === import.meta.filename)
	for (const x of [scores, largeScores]) {
		console.log(`scores   ${x.data().join(', ')}`);
		console.log(`naive    ${naiveSoftmax(x).data().join(', ')}`);
		console.log(`softmax  ${softmax(x).data().join(', ')}`);
	}
