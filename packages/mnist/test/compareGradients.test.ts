import { expect, test } from 'vitest';
import { compareGradients } from '../src/gradients/compareGradients.ts';
import { loadMnist } from '../src/index.ts';
import { writeDigits } from './digits.ts';
import { temporaryFolder } from './idxFiles.ts';

test('the gradients of a recipe are those by differences, of as many elements as are asked for', async () => {
	const dir = temporaryFolder();
	writeDigits(dir);
	const { train: set } = await loadMnist({ dir });
	const found = compareGradients(set, { recipe: 'linear', images: 2, elements: 12, seed: 1 });
	expect(found.map(({ shape, compared }) => [shape, compared])).toEqual([
		[[784, 10], 12],
		[[10], 10],
	]);
	for (const { gradient, difference, report, agrees } of found) {
		expect([agrees, report.decided]).toEqual([true, report.checked]);
		// Differences err by the square of their step, 1e-8, and by rounding over it.
		expect(difference).toBeLessThan(1e-6 * gradient + 1e-9);
	}
});
