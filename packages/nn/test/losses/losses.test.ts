import {
	grad,
	normal,
	oneHot,
	randomIntegers,
	randomKey,
	softmax,
	splitKey,
	tensor,
} from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	crossEntropy,
	halfSquaredError,
	meanSquaredError,
	softmaxCrossEntropy,
} from '../../src/index.ts';

const f64 = (data: number[] | number[][]) => tensor(data, { dtype: 'f64' });
const classes = (data: number[]) => tensor(data, { dtype: 'i32' });

// Deep Learning from Scratch, 4.2.1 and 4.2.2: ten classes, of which 2 is right.
const t = f64([0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
const good = f64([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]);
const bad = f64([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0]);

test('the losses of the book’s example are the book’s', () => {
	expect(halfSquaredError(good, t).item()).toBeCloseTo(0.0975, 12);
	expect(halfSquaredError(bad, t).item()).toBeCloseTo(0.5975, 12);
	// The book adds 1e-7 to the probability; its figures without that are log(1 / 0.6) and log(1 / 0.1).
	expect(crossEntropy(good, t).item()).toBeCloseTo(Math.log(1 / 0.6), 12);
	expect(crossEntropy(bad, t).item()).toBeCloseTo(Math.log(1 / 0.1), 12);
	expect(crossEntropy(good.add(1e-7), t).item()).toBeCloseTo(0.510825457099338, 12);
	expect(crossEntropy(bad.add(1e-7), t).item()).toBeCloseTo(2.302584092994546, 12);
});

test('the mean form averages over elements, the half-sum over examples', () => {
	const [y, target] = [
		f64([
			[1, 2],
			[3, 4],
		]),
		f64([
			[0, 0],
			[0, 0],
		]),
	];
	expect(meanSquaredError(y, target).item()).toBe(30 / 4);
	expect(halfSquaredError(y, target).item()).toBe(30 / 2 / 2);
	expect(() => meanSquaredError(y, [1, 2])).toThrow('outputs [2, 2] and targets [2] differ');
});

const batches = fc
	.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.nat())
	.map(([count, width, seed]) => {
		const keys = splitKey(randomKey(seed));
		return {
			logits: normal(keys.slice(0), [count, width], { std: 3, dtype: 'f64' }),
			labels: randomIntegers(keys.slice(1), [count], { high: width }),
			width,
			count,
		};
	});

test('the cross-entropy of logits is that of their softmax, for indices as for one-hot rows', () => {
	fc.assert(
		fc.property(batches, ({ logits, labels, width }) => {
			const rows = oneHot(labels, width, { dtype: 'f64' });
			const expected = softmaxCrossEntropy(logits, labels).item();
			// A logarithm of numbers down to e^-20 loses no more than the sum of ten roundings.
			const near = (actual: number) =>
				expect(Math.abs(actual - expected)).toBeLessThan(1e-13 * (1 + Math.abs(expected)));
			near(softmaxCrossEntropy(logits, rows).item());
			near(crossEntropy(softmax(logits), labels).item());
			near(crossEntropy(softmax(logits), rows).item());
		}),
	);
});

test('the gradient of softmax with cross-entropy is the difference of probabilities and labels', () => {
	fc.assert(
		fc.property(batches, ({ logits, labels, width, count }) => {
			const [slope] = grad(softmaxCrossEntropy(logits, labels), [logits]);
			const expected = softmax(logits)
				.sub(oneHot(labels, width, { dtype: 'f64' }))
				.div(count);
			const gap = slope?.sub(expected).abs().amax().item();
			expect(gap).toBeLessThan(1e-14);
		}),
	);
});

test('an offset that all logits share changes no bit of the loss and its gradient', () => {
	fc.assert(
		fc.property(
			fc.constantFrom('f32' as const, 'f64' as const),
			fc.array(fc.integer({ min: -80, max: 80 }), { minLength: 1, maxLength: 6 }),
			fc.integer({ min: -(2 ** 19), max: 2 ** 19 }),
			fc.nat(),
			(dtype, eighths, offset, pick) => {
				// Of so few bits that the sums are exact.
				const logits = tensor(
					eighths.map((n) => n / 8),
					{ dtype },
				);
				const label = pick % eighths.length;
				for (const labels of [
					classes([label]).slice(0),
					oneHot(classes([label]).slice(0), eighths.length, { dtype }),
				]) {
					const outcome = (at: typeof logits) => {
						const loss = softmaxCrossEntropy(at, labels);
						return [loss.item(), grad(loss, [at])[0]?.toArray()];
					};
					expect(outcome(logits.add(offset))).toEqual(outcome(logits));
				}
			},
		),
	);
});

test('a wrong class at the end of a long scale costs its distance, with a finite gradient', () => {
	const logits = f64([1000, 0]);
	const loss = softmaxCrossEntropy(logits, classes([1]).slice(0));
	expect(loss.item()).toBe(1000);
	expect(grad(loss, [logits])[0]?.toArray()).toEqual([1, -1]);
});

test('a class of probability 0 costs nothing where the label excludes it, and everything where it does not', () => {
	const p = f64([0, 1]);
	const right = crossEntropy(p, [0, 1]);
	expect(Math.abs(right.item())).toBe(0);
	expect(grad(right, [p])[0]?.toArray()).toEqual([0, -1]);
	expect(crossEntropy(p, [1, 0]).item()).toBe(Infinity);
	expect(crossEntropy(p, classes([0]).slice(0)).item()).toBe(Infinity);
});

test('classes out of range and labels that do not fit are refused', () => {
	const logits = f64([[1, 2, 3]]);
	expect(() => softmaxCrossEntropy(logits, classes([3])).item()).toThrow('index 3 at position 0');
	expect(() => softmaxCrossEntropy(logits, classes([-1])).item()).toThrow('it must be from 0 to 2');
	expect(() => softmaxCrossEntropy(logits, [1])).toThrow(
		'class indices are f32, must be i32 or u8',
	);
	expect(() => softmaxCrossEntropy(logits, classes([1, 2]))).toThrow(
		'scores [1, 3] and labels [2] do not fit',
	);
	expect(() => softmaxCrossEntropy(1, classes([1]))).toThrow(/scalar/);
});
