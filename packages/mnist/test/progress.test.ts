import { describe, expect, test } from 'vitest';
import { formatProgress } from '../src/progress.ts';

describe('the live text', () => {
	test('shows loss, accuracy, speed and time left', () => {
		expect(
			formatProgress({
				iteration: 600,
				iterations: 10_000,
				loss: 0.31249,
				accuracy: 0.9081,
				examplesPerSecond: 12_345.6,
				secondsLeft: 90,
			}),
		).toBe('step   600/10000  loss 0.3125  test 0.9081  12,346 images/s  1 min 30 s left');
	});

	test('of the recipe of the book fits a terminal of 80 columns', () => {
		const longest = formatProgress({
			iteration: 10_000,
			iterations: 10_000,
			loss: 2.5,
			accuracy: 0.1,
			examplesPerSecond: 999_999,
			secondsLeft: 3599,
		});
		expect(longest.length).toBeLessThan(80);
	});

	test('leaves out what is not known yet', () => {
		const state = { iteration: 0, iterations: 9, loss: 2.3, accuracy: 0.1 };
		expect(
			formatProgress({ ...state, examplesPerSecond: Number.NaN, secondsLeft: Number.NaN }),
		).toBe('step 0/9  loss 2.3000  test 0.1000');
	});
});
