import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatsIn } from '../../src/graph/repeats.ts';

/** Words again and again, and whatever between them. */
const sequences = fc
	.array(fc.tuple(fc.array(fc.nat({ max: 3 }), { maxLength: 5 }), fc.nat({ max: 9 })), {
		maxLength: 8,
	})
	.map((words) =>
		words.flatMap(([word, times]) => Array.from({ length: times }, () => word).flat()),
	);

test('what is found repeats as often as is said, and nothing is found twice', () => {
	fc.assert(
		fc.property(sequences, (numbers) => {
			const taken = new Set<number>();
			for (const { start, period, times } of repeatsIn(Int32Array.from(numbers))) {
				expect(times).toBeGreaterThanOrEqual(3);
				expect(start + period * times).toBeLessThanOrEqual(numbers.length);
				for (let i = start; i < start + period * times; i++) {
					expect(taken.has(i)).toBe(false);
					taken.add(i);
					if (i >= start + period) expect(numbers[i]).toBe(numbers[i - period]);
				}
			}
		}),
	);
});

test('what repeats between other things is found, with its shortest period', () => {
	const words = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 });
	fc.assert(
		fc.property(words, fc.integer({ min: 12, max: 40 }), (word, times) => {
			const all = [9, ...Array.from({ length: times }, () => word).flat(), 8];
			const [first] = repeatsIn(Int32Array.from(all));
			const covered = (first?.period ?? 0) * (first?.times ?? 0);
			expect(covered).toBeGreaterThan(word.length * (times - 1));
			expect(word.length % (first?.period ?? 1)).toBe(0);
		}),
	);
});
