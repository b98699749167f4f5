import { compile, grad, jvp, logSoftmax, type Node, oneHot, tensor } from '@pullback/core';
import { agree, checkGradients } from '@pullback/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	binaryCrossEntropy,
	binaryCrossEntropyWithLogits,
	type CrossEntropyOptions,
	cosineEmbedding,
	crossEntropy,
	gaussianNegativeLogLikelihood,
	hingeEmbedding,
	huber,
	klDivergence,
	meanSquaredError,
	multiMargin,
	negativeLogLikelihood,
	smoothL1,
	softmaxCrossEntropy,
	tripletMargin,
} from '../../src/index.ts';

const f64 = (data: readonly number[], shape: readonly number[] = [data.length]): Node =>
	tensor(Float64Array.from(data), { shape });
const i32 = (data: readonly number[], shape: readonly number[] = [data.length]): Node =>
	tensor(Int32Array.from(data), { shape });

/** A number of probability or weight, 0 among them. */
const share = fc.oneof(
	fc.constant(0),
	fc.integer({ min: 1, max: 16 }).map((n) => n / 16),
);

const cases = fc
	.record({ count: fc.nat(4), classes: fc.integer({ min: 1, max: 4 }) })
	.chain(({ count, classes }) =>
		fc.record({
			count: fc.constant(count),
			classes: fc.constant(classes),
			p: fc.array(share, { minLength: count * classes, maxLength: count * classes }),
			labels: fc.array(fc.nat(classes - 1), { minLength: count, maxLength: count }),
			weights: fc.option(fc.array(share, { minLength: classes, maxLength: classes })),
			ignored: fc.option(fc.integer({ min: -1, max: classes - 1 })),
			smoothing: fc.constantFrom(0, 0.25, 1),
		}),
	);

const times = (weight: number, cost: number): number => (weight === 0 ? 0 : weight * cost);

test('the cross-entropy of class indices is that of loops over examples and classes', () => {
	fc.assert(
		fc.property(cases, ({ count, classes, p, labels, weights, ignored, smoothing }) => {
			const costs: number[] = [];
			let counted = 0;
			for (let i = 0; i < count; i++) {
				const label = labels[i] as number; // one for each
				if (label === ignored) {
					costs.push(0);
					continue;
				}
				let cost = 0;
				for (let c = 0; c < classes; c++) {
					const target = (c === label ? 1 - smoothing : 0) + smoothing / classes;
					cost += times(target * (weights?.[c] ?? 1), -Math.log(p[i * classes + c] as number)); // one for each
				}
				costs.push(cost);
				counted += weights?.[label] ?? 1;
			}
			const total = costs.reduce((sum, x) => sum + x, 0);
			const options: CrossEntropyOptions = {
				labelSmoothing: smoothing,
				...(weights === null ? {} : { classWeights: weights }),
				...(ignored === null ? {} : { ignoredLabel: ignored }),
			};
			const y = f64(p, [count, classes]);
			const near = (actual: number | undefined, expected: number) =>
				// Of four terms, each of some roundings.
				expect([
					actual,
					expected,
					agree(actual ?? 0, expected, { absolute: 1e-13, relative: 1e-13 }),
				]).toEqual([actual, expected, true]);
			for (const loss of [
				(more: CrossEntropyOptions) => crossEntropy(y, i32(labels), { ...options, ...more }),
				(more: CrossEntropyOptions) =>
					negativeLogLikelihood(y.log(), i32(labels), { ...options, ...more }),
			]) {
				const each = [...loss({ reduction: 'none' }).data()];
				expect(each.length).toBe(count);
				for (const [i, cost] of costs.entries()) near(each[i], cost);
				near(loss({ reduction: 'sum' }).item(), total);
				near(loss({}).item(), counted === 0 ? Number.NaN : total / counted);
			}
		}),
	);
});

test('class indices and their one-hot rows have one loss and gradient, weights and smoothing included', () => {
	fc.assert(
		fc.property(cases, ({ count, classes, p, labels, weights, smoothing }) => {
			const logits = f64(p, [count, classes]);
			const options: CrossEntropyOptions = {
				reduction: 'sum',
				labelSmoothing: smoothing,
				...(weights === null ? {} : { classWeights: weights }),
			};
			const outcome = (target: Node): number[] => {
				const loss = softmaxCrossEntropy(logits, target, options);
				return [loss.item(), ...(grad(loss, [logits])[0]?.data() ?? [])];
			};
			const [byIndex, byRow] = [i32(labels), oneHot(i32(labels), classes, { dtype: 'f64' })].map(
				outcome,
			) as [number[], number[]];
			for (const [i, x] of byIndex.entries())
				expect(Math.abs(x - (byRow[i] ?? 0))).toBeLessThan(1e-13);
		}),
	);
});

test('where every label is ignored the mean is NaN, and every derivative 0, even of probabilities of 0', () => {
	for (const smoothing of [0, 0.1])
		for (const weights of [undefined, [1, 2, 3]])
			for (const loss of [crossEntropy, softmaxCrossEntropy, negativeLogLikelihood]) {
				const scores = f64([0, 0.5, 0.5, 1, 0, 0], [2, 3]);
				const options = {
					ignoredLabel: -100,
					labelSmoothing: smoothing,
					...(weights && { classWeights: weights }),
				};
				const mean = (y: Node): Node => loss(y, i32([-100, -100]), options);
				expect(mean(scores).item()).toBeNaN();
				expect([...(grad(mean(scores), [scores])[0]?.data() ?? [])].map(Math.abs)).toEqual(
					new Array(6).fill(0),
				);
				expect(jvp(mean(scores), [scores], [scores.onesLike()]).item()).toBeCloseTo(0, 300);
				expect(
					[...compile((y: Node) => grad(mean(y), [y])[0] ?? y)(scores).data()].every(
						(x) => x === 0,
					),
				).toBe(true);
			}
});

test('an ignored example changes no bit of the gradients of the others, and has none itself', () => {
	const p = f64([0, 1, 0.25, 0.75], [2, 2]);
	const [slope] = grad(crossEntropy(p, i32([7, 1]), { ignoredLabel: 7 }), [p]);
	expect(slope?.toArray()).toEqual([
		[0, 0],
		[0, -4 / 3],
	]);
});

test('rows with weights, smoothing and all options have right derivatives, first and second', () => {
	const logits = f64([1, -2, 0.5, 3, 0, -1], [2, 3]);
	const rows = f64([0.2, 0.3, 0.5, 0, 1, 0], [2, 3]);
	const options = { classWeights: [1, 2, 0.5], labelSmoothing: 0.1 };
	checkGradients((x, t) => softmaxCrossEntropy(x, t, options), [logits, rows], {
		order: 2,
	}).assert();
	checkGradients(
		(x) => softmaxCrossEntropy(x, i32([2, 0]), { ...options, ignoredLabel: 0 }),
		[logits],
		{ order: 2 },
	).assert();
	checkGradients((p, t) => crossEntropy(p, t, options), [rows.add(0.1), rows], {
		order: 2,
	}).assert();
	checkGradients(
		(s, w) => softmaxCrossEntropy(s, i32([2, 0]), { classWeights: w }),
		[logits, [1, 2, 3]],
		{ order: 2 },
	).assert();
});

test('labels in images are those of examples in any number of axes', () => {
	const logits = f64(
		Array.from({ length: 24 }, (_, i) => Math.sin(i)),
		[2, 2, 2, 3],
	);
	const labels = [0, 1, 2, 2, 1, 0, 0, 2];
	const flat = softmaxCrossEntropy(logits.reshape([8, 3]), i32(labels), { ignoredLabel: 1 });
	expect(softmaxCrossEntropy(logits, i32(labels, [2, 2, 2]), { ignoredLabel: 1 }).item()).toBe(
		flat.item(),
	);
});

test('a binary label of probability 0 costs infinity with an infinite derivative, one excluded costs nothing', () => {
	const p = f64([0, 1, 0, 1]);
	const loss = binaryCrossEntropy(p, [1, 0, 0, 1], { reduction: 'none' });
	expect([...loss.data()].map(Math.abs)).toEqual([Infinity, Infinity, 0, 0]);
	expect([...(grad(loss.sum(), [p])[0]?.data() ?? [])]).toEqual([-Infinity, Infinity, 1, -1]);
});

test('the binary cross-entropy of logits is right from end to end of the scale, and beyond', () => {
	const x = f64([1000, -1000, Infinity, -Infinity, -Infinity, -50]);
	const loss = binaryCrossEntropyWithLogits(x, [0, 1, 1, 0, 1, 0], { reduction: 'none' });
	expect([...loss.data()]).toEqual([1000, 1000, 0, 0, Infinity, Math.log1p(Math.exp(-50))]);
	expect([...(grad(loss.sum(), [x])[0]?.data() ?? [])].slice(0, 5)).toEqual([1, -1, 0, 0, -1]);
});

test('targets of probability 0 have the derivative of their part, not 0', () => {
	const [logits, t] = [f64([1, 2], [1, 2]), f64([0, 1], [1, 2])];
	const [slope] = grad(softmaxCrossEntropy(logits, t), [t]);
	expect(slope?.toArray()).toEqual(logSoftmax(logits).neg().toArray());
});

test('absolute errors and their kin have derivative 0 at 0, and that of the limit beyond it, at infinity too', () => {
	const d = f64([0, 2, -2, 5, Infinity, -Infinity]);
	const slopes = (loss: Node): number[] => [...(grad(loss, [d])[0]?.data() ?? [])];
	const none = d.zerosLike();
	expect(slopes(huber(d, none, { delta: 2, reduction: 'sum' }))).toEqual([0, 2, -2, 2, 2, -2]);
	expect(slopes(smoothL1(d, none, { beta: 2, reduction: 'sum' }))).toEqual([0, 1, -1, 1, 1, -1]);
	expect(huber(d, none, { delta: 2, reduction: 'none' }).data()[1]).toBe(2);
});

test('whole numbers are subtracted as such, without wrapping around', () => {
	const pixels = tensor(Uint8Array.of(0, 255));
	expect(meanSquaredError(pixels, tensor(Uint8Array.of(1, 254))).item()).toBe(1);
});

test('literals take the dtype of the other operand', () => {
	expect(meanSquaredError(f64([0.1]), [0.1]).item()).toBe(0);
	expect(softmaxCrossEntropy(f64([0, 0], [1, 2]), [[0.1, 0.9]]).item()).toBeCloseTo(Math.LN2, 15);
});

test('vectors of zeros have cosine 0 with all others, and no derivative', () => {
	const [a, b] = [f64([0, 0, 3, 4], [2, 2]), f64([1, 2, 3, 4], [2, 2])];
	const loss = cosineEmbedding(a, b, [1, 1], { reduction: 'none' });
	expect([...loss.data()]).toEqual([1, expect.closeTo(0, 15)]);
	const [slope] = grad(loss.sum(), [a]);
	expect(slope?.slice(0).toArray()).toEqual([0, 0]);
	expect(slope?.abs().amax().item()).toBeLessThan(1e-15);
	// Squares of these would overflow, or vanish.
	const far = f64([3e200, 4e200, 3e-200, 4e-200], [2, 2]);
	expect(cosineEmbedding(far, b.slice([1, 2]).broadcastTo([2, 2]), [1, 1]).item()).toBeCloseTo(
		0,
		14,
	);
});

test('targets that are neither 1 nor -1 give NaN', () => {
	expect(hingeEmbedding([1, 2], [0, 1], { reduction: 'none' }).toArray()).toEqual([Number.NaN, 2]);
	expect(cosineEmbedding([[1, 2]], [[1, 2]], [0]).item()).toBeNaN();
	expect(gaussianNegativeLogLikelihood([1], [1], [-1]).item()).toBeNaN();
});

test('losses of vectors have right derivatives, first and second', () => {
	const a = f64([0.5, -1, 2, 1, 1, -0.25], [2, 3]);
	const [b, c] = [a.mul(1.5).sub(0.7), a.neg().add(0.3)];
	checkGradients((x, y) => cosineEmbedding(x, y, [1, -1], { margin: -0.9 }), [a, b], {
		order: 2,
	}).assert();
	for (const options of [
		{ margin: 5 },
		{ margin: 5, swap: true, order: 3 },
		{ margin: 5, epsilon: 0 },
	])
		checkGradients((x, y, z) => tripletMargin(x, y, z, options), [a, b, c], { order: 2 }).assert();
	for (const power of [1, 2] as const)
		checkGradients((x) => multiMargin(x, [1, 0], { power, classWeights: [1, 2, 3] }), [a], {
			order: 2,
		}).assert();
});

test('a divergence is averaged over all elements, or over the examples if told', () => {
	const [q, p] = [logSoftmax(f64([1, 2, 3, 4], [2, 2])), f64([0.5, 0.5, 0, 1], [2, 2])];
	const total = klDivergence(q, p, { reduction: 'sum' }).item();
	expect(klDivergence(q, p).item()).toBeCloseTo(total / 4, 15);
	expect(klDivergence(q, p, { reduction: 'batchMean' }).item()).toBeCloseTo(total / 2, 15);
	expect(klDivergence(p.log(), p).item()).toBe(0);
});

test('options that are none, and operands that do not fit, are refused by name', () => {
	const y = f64([1, 2], [1, 2]);
	expect(() => meanSquaredError(y, y, { reduction: 'average' as 'mean' })).toThrow(
		'meanSquaredError: reduction is the string "average"; it must be one of mean, sum, none',
	);
	expect(() => crossEntropy(y, y, { ignoredLabel: 1 })).toThrow('the labels are rows');
	expect(() => crossEntropy(y, i32([1]), { classWeights: [1] })).toThrow(
		'crossEntropy: classWeights has shape [1], must be [2]',
	);
	expect(() => crossEntropy(y, i32([1]), { labelSmoothing: 2 })).toThrow('from 0 to 1');
	expect(() => huber(y, y, { delta: 0 })).toThrow('huber: delta is 0; it must be above 0');
	expect(() => tripletMargin(y, y, [1, 2])).toThrow(
		'tripletMargin: anchors [1, 2] and negatives [2] differ; they must have one shape',
	);
	expect(() => binaryCrossEntropy(y, y, { weights: [1, 2, 3] })).toThrow(
		'binaryCrossEntropy: weights [3] do not broadcast to the outputs [1, 2]',
	);
});
