// Chapter 4: how wrong is a guess? Half the squared error and cross-entropy, for a good guess and a bad one.
import { tensor } from '@pullback/core';
import { crossEntropy, halfSquaredError } from '@pullback/nn';

/** The right class is 2. */
const target = tensor([0, 0, 1, 0, 0, 0, 0, 0, 0, 0], { dtype: 'f64' });
const guesses = {
	good: [0.1, 0.05, 0.6, 0, 0.05, 0.1, 0, 0.1, 0, 0],
	bad: [0.1, 0.05, 0.1, 0, 0.05, 0.1, 0, 0.6, 0, 0],
};

/** Both losses of both guesses. */
export function losses(): { name: string; squaredError: number; crossEntropy: number }[] {
	return Object.entries(guesses).map(([name, guess]) => {
		const y = tensor(guess, { dtype: 'f64' });
		return {
			name,
			squaredError: halfSquaredError(y, target).item(),
			crossEntropy: crossEntropy(y, target).item(),
		};
	});
}

if (process.argv[1] === import.meta.filename) console.table(losses());
