// Softmax and cross-entropy
// The gradient of the cross-entropy in the scores is what softmax says, less what is right.
import { evaluate, grad, tensor } from '@pullback/core';
import { softmaxCrossEntropy } from '@pullback/nn';

const scores = tensor([
	[2, 1, -1],
	[0.5, 0, 3],
]);
const labels = tensor([0, 1], { dtype: 'i32' });
const loss = softmaxCrossEntropy(scores, labels);
const [gradient] = grad(loss, [scores]);

const softmax = scores.softmax(-1);
const difference = softmax.sub(labels.oneHot(3)).div(2);

evaluate([loss, softmax, gradient, difference]);
console.log('loss', loss);
console.log('softmax', softmax);
console.log('gradient', gradient);
console.log('softmax less the labels, over 2', difference);
