// Chapter 4: the gradient of a loss with respect to the weights of the smallest net.
import { grad, matmul, type Node, softmax, tensor } from '@pullback/core';
import { crossEntropy } from '@pullback/nn';

const weight = tensor(
	[
		[0.47355232, 0.9977393, 0.84668094],
		[0.85557411, 0.03563661, 0.69422093],
	],
	{ dtype: 'f64' },
);

/** Scores, loss and gradient for one input; the loss adds 1e-7 to the probability, as the book's does. */
export function simpleNet(): { scores: Node; loss: Node; gradient: Node } {
	const scores = matmul(tensor([0.6, 0.9], { dtype: 'f64' }), weight);
	const loss = crossEntropy(softmax(scores).add(1e-7), [0, 0, 1]);
	const [gradient] = grad(loss, [weight]);
	return { scores, loss, gradient };
}

if (process.argv[1] === import.meta.filename) {
	const { scores, loss, gradient } = simpleNet();
	console.log('scores', scores.toArray());
	console.log('loss', loss.item());
	console.log('gradient', gradient.toArray());
}
