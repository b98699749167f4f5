// Chapter 4: how wrong is a guess? Half the squared error and cross-entropy, for a good guess and a bad one.
import { tensor } from '@pullback/core';
import { crossEntropy, halfSquaredError } from '@pullback/nn';

/** The right class is 2. */
const target = tensor([0, 0, 1, 0, 0, 0, 0, 0, 0, 0], { dtype: 'f64' });
const guesses = {
	good: [0.1, 0.05, 0.6, 0, 0.05, 0.1, 0, 0.1, 0, 0],
	bad: [0.1, 0.05, 0.1, 0, 0.05, 0.1, 0, 0.6, 0, 0],
};

/** The losses of both guesses; the book adds 1e-7 to a probability lest its logarithm be infinite. */
export function losses(): {
	guess: string;
	squaredError: number;
	crossEntropy: number;
	booksCrossEntropy: number;
}[] {
	return Object.entries(guesses).map(([guess, probabilities]) => {
		const y = tensor(probabilities, { dtype: 'f64' });
		return {
			guess,
			squaredError: halfSquaredError(y, target).item(),
			crossEntropy: crossEntropy(y, target).item(),
			booksCrossEntropy: crossEntropy(y.add(1e-7), target).item(),
		};
	});
}

if (process.argv[1] === import.meta.filename) console.table(losses());
