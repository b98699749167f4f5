import { softmax, tensor } from '@pullback/core';
import {
	crossEntropy,
	halfSquaredError,
	meanSquaredError,
	softmaxCrossEntropy,
} from '../../src/index.ts';
import { pure, type Rows } from './row.ts';

const labels = tensor([2, 0, 1, 2], { dtype: 'i32' });

export const losses: Rows = {
	crossEntropy: [
		pure((x, of) => crossEntropy(softmax(x), of), [[4, 3], labels]),
		pure(
			(x, of) => crossEntropy(softmax(x), softmax(of)),
			[
				[4, 3],
				[4, 3],
			],
		),
	],
	halfSquaredError: pure(halfSquaredError, [
		[4, 3],
		[4, 3],
	]),
	meanSquaredError: pure(meanSquaredError, [
		[4, 3],
		[4, 3],
	]),
	softmaxCrossEntropy: [
		pure(softmaxCrossEntropy, [[4, 3], labels]),
		pure(
			(x, of) => softmaxCrossEntropy(x, softmax(of)),
			[
				[4, 3],
				[4, 3],
			],
		),
	],
};
