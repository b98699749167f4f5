// Softmax and cross-entropy
// The gradient of the cross-entropy in the scores is what softmax says, less what is right.
import { grad, tensor } from '@pullback/core';
import { softmaxCrossEntropy } from '@pullback/nn';

const scores = tensor([
	[2, 1, -1],
	[0.5, 0, 3],
]);
const labels = tensor([0, 1], { dtype: 'i32' });
const loss = softmaxCrossEntropy(scores, labels);
const [gradient] = grad(loss, [scores]);

console.log('loss', loss.item());
console.log('softmax', scores.softmax(-1).toArray());
console.log('gradient', gradient.toArray());

const difference = scores.softmax(-1).sub(labels.oneHot(3)).div(2);
console.log('softmax less the labels, over 2', difference.toArray());
