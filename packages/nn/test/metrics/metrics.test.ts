import { compile, type Node, tensor, type Variable } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	Accuracy,
	accuracy,
	ConfusionMatrix,
	confusionMatrix,
	F1,
	type Metric,
	Perplexity,
	Precision,
	R2,
	Recall,
	RocAuc,
	rocAuc,
	TopKAccuracy,
	topKAccuracy,
} from '../../src/index.ts';

const classes = 3;
const label = fc.integer({ min: 0, max: classes - 1 });
/** Few values, so that ties are usual, and a NaN now and then. */
const score = fc.constantFrom(-1, 0, 0, 1, 2, Number.NaN);
const row = fc.array(score, { minLength: classes, maxLength: classes });

interface Example {
	readonly scores: number[];
	readonly label: number;
}

const batch: fc.Arbitrary<Example[]> = fc.array(fc.record({ scores: row, label }), {
	maxLength: 5,
});
const batches = fc.array(batch, { maxLength: 4 });

const scoresOf = (examples: readonly Example[]): Node =>
	tensor(Float64Array.from(examples.flatMap((each) => each.scores)), {
		shape: [examples.length, classes],
	});
const labelsOf = (examples: readonly Example[]): Node =>
	tensor(Int32Array.from(examples, (each) => each.label));

/** The classes from the largest score to the smallest, the first of equal ones first; a NaN is largest. */
const ranked = (scores: readonly number[]): number[] => {
	const of = (i: number): number => {
		const value = scores[i] ?? 0;
		return Number.isNaN(value) ? Infinity : value;
	};
	return [...scores.keys()].sort((i, j) => of(j) - of(i) || i - j);
};

/** Updates a metric by each batch, in a compiled function or not. */
function over(
	metric: Metric<[Node, Node]>,
	all: readonly (readonly [Node, Node])[],
	compiled: boolean,
): number[] {
	const step = (y: Node, t: Node): Node => {
		metric.update(y, t);
		return metric.value();
	};
	const run = compiled ? compile(step) : step;
	for (const [y, t] of all) run(y, t);
	return [...metric.value().data()];
}

const expectEqual = (found: readonly number[], expected: readonly number[]): void => {
	expect(found).toHaveLength(expected.length);
	for (const [i, x] of found.entries()) {
		const y = expected[i] ?? 0;
		// A few roundings of shares.
		if (!Object.is(x, y)) expect(Math.abs(x - y), `${x}, not ${y}`).toBeLessThan(1e-12);
	}
};

test('accuracies are the shares that loops count, in one batch and over several, inside and outside of compile', () => {
	fc.assert(
		fc.property(batches, fc.integer({ min: 1, max: 4 }), fc.boolean(), (all, k, compiled) => {
			const examples = all.flat();
			const shareOf = (most: number): number =>
				examples.filter((each) => ranked(each.scores).slice(0, most).includes(each.label)).length /
				examples.length;
			const pairs = all.map((each) => [scoresOf(each), labelsOf(each)] as const);
			expectEqual(over(new Accuracy(), pairs, compiled), [shareOf(1)]);
			expectEqual(over(new TopKAccuracy(k), pairs, compiled), [shareOf(k)]);
			expectEqual([accuracy(scoresOf(examples), labelsOf(examples)).item()], [shareOf(1)]);
			expectEqual([topKAccuracy(scoresOf(examples), labelsOf(examples), k).item()], [shareOf(k)]);
		}),
		{ numRuns: 25 },
	);
});

const pairs = fc.array(fc.array(fc.tuple(label, label), { maxLength: 6 }), { maxLength: 3 });
const indices = (all: readonly (readonly [number, number])[]): [Node, Node] => [
	tensor(Int32Array.from(all, ([found]) => found)),
	tensor(Int32Array.from(all, ([, wanted]) => wanted)),
];

test('metrics of classes are those that loops count, undefined ones included', () => {
	fc.assert(
		fc.property(
			pairs,
			fc.constantFrom('macro', 'micro', 'none'),
			fc.constantFrom(Number.NaN, 0, 1),
			fc.boolean(),
			(all, average, whenUndefined, compiled) => {
				const examples = all.flat();
				const count = (isCounted: (found: number, wanted: number) => boolean): number =>
					examples.filter(([found, wanted]) => isCounted(found, wanted)).length;
				const of = [0, 1, 2].map((c) => ({
					right: count((found, wanted) => found === c && wanted === c),
					predicted: count((found) => found === c),
					actual: count((_, wanted) => wanted === c),
				}));
				const everything = {
					right: count((found, wanted) => found === wanted),
					predicted: examples.length,
					actual: examples.length,
				};
				const given = all.map(indices);
				const options = { average, whenUndefined } as const;
				const kinds: [Metric<[Node, Node]>, (counts: typeof everything) => [number, number]][] = [
					[new Precision(classes, options), ({ right, predicted }) => [right, predicted]],
					[new Recall(classes, options), ({ right, actual }) => [right, actual]],
					[
						new F1(classes, options),
						({ right, predicted, actual }) => [2 * right, predicted + actual],
					],
				];
				for (const [metric, fraction] of kinds) {
					const values = (average === 'micro' ? [everything] : of).map((counts) => {
						const [above, below] = fraction(counts);
						return below === 0 ? whenUndefined : above / below;
					});
					const mean = values.reduce((total, each) => total + each, 0) / values.length;
					expectEqual(over(metric, given, compiled), average === 'none' ? values : [mean]);
				}
				const matrix = [0, 1, 2].flatMap((wanted) =>
					[0, 1, 2].map((found) => count((a, b) => a === found && b === wanted)),
				);
				expectEqual(over(new ConfusionMatrix(classes), given, compiled), matrix);
				const [found, wanted] = indices(examples);
				expectEqual([...confusionMatrix(found, wanted, classes).data()], matrix);
			},
		),
		{ numRuns: 25 },
	);
});

test('the area under the curve is the share of pairs in order, equal ones half, and NaN without pairs', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.constantFrom(-1, 0, 0.5, 2, Infinity, -Infinity), fc.boolean()), {
				maxLength: 8,
			}),
			fc.nat({ max: 8 }),
			(examples, cut) => {
				const [positives, negatives] = [true, false].map((kind) =>
					examples.filter(([, isPositive]) => isPositive === kind),
				) as [typeof examples, typeof examples];
				let won = 0;
				for (const [own] of positives)
					for (const [other] of negatives) won += own > other ? 1 : own === other ? 0.5 : 0;
				const expected = won / (positives.length * negatives.length);
				const given = (part: typeof examples): [Node, Node] => [
					tensor(Float64Array.from(part, ([each]) => each)),
					tensor(Int32Array.from(part, ([, isPositive]) => Number(isPositive))),
				];
				expectEqual([rocAuc(...given(examples)).item()], [expected]);
				expectEqual([compile(rocAuc)(...given(examples)).item()], [expected]);
				const metric = new RocAuc();
				metric.update(...given(examples.slice(0, cut)));
				metric.update(...given(examples.slice(cut)));
				expectEqual([metric.value()], [expected]);
				metric.reset();
				expect(metric.value()).toBeNaN();
			},
		),
		{ numRuns: 50 },
	);
});

test('R2 is that of all examples at once, also far from 0', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
					maxLength: 4,
				}),
				{ maxLength: 4 },
			),
			fc.constantFrom(0, 1e8),
			fc.boolean(),
			(all, far, compiled) => {
				const examples = all.flat();
				const given = all.map((part): [Node, Node] => [
					tensor(Float64Array.from(part, ([y]) => y + far)),
					tensor(Float64Array.from(part, ([, t]) => t + far)),
				]);
				const mean = examples.reduce((total, [, t]) => total + t, 0) / examples.length;
				const sum = (f: (y: number, t: number) => number): number =>
					examples.reduce((total, [y, t]) => total + f(y, t), 0);
				const alike = examples.every(([, t]) => t === examples[0]?.[1]);
				const [errors, deviations] = [sum((y, t) => (y - t) ** 2), sum((_, t) => (t - mean) ** 2)];
				const [found = 0] = over(new R2(), given, compiled);
				if (alike) expect(found).toBe(errors > 0 ? -Infinity : Number.NaN);
				// Means near 1e8 are rounded to 1e-8, and deviations are 0.2 at least.
				else expect(Math.abs(found - (1 - errors / deviations))).toBeLessThan(1e-4);
			},
		),
		{ numRuns: 50 },
	);
});

test('perplexity is the exponential of the mean cost of the labels that count', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.array(
					fc.tuple(
						fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }),
						fc.constantFrom(0, 1, 2, 7),
					),
					{ maxLength: 4 },
				),
				{ maxLength: 3 },
			),
			fc.boolean(),
			(all, compiled) => {
				const given = all.map((part): [Node, Node] => [
					tensor(Float64Array.from(part.flatMap(([logits]) => logits)), {
						shape: [part.length, 3],
					}),
					tensor(Int32Array.from(part, ([, each]) => each)),
				]);
				const costs = all.flat().flatMap(([logits, each]) => {
					if (each === 7) return [];
					const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
					return [Math.log(total) - (logits[each] ?? 0)];
				});
				const mean = costs.reduce((total, each) => total + each, 0) / costs.length;
				const [found = 0] = over(new Perplexity({ ignoredLabel: 7 }), given, compiled);
				if (costs.length === 0) expect(found).toBeNaN();
				else expect(Math.abs(found / Math.exp(mean) - 1)).toBeLessThan(1e-12);
			},
		),
		{ numRuns: 30 },
	);
	// All classes equally likely: as uncertain as of so many.
	const metric = new Perplexity();
	metric.update([[0, 0, 0, 0]], tensor([2], { dtype: 'i32' }));
	expect(metric.value().item()).toBeCloseTo(4, 12);
});

test('metrics forget by reset, and go on from what was saved', () => {
	const [a, b] = [new Accuracy(), new Accuracy()];
	const ones = tensor([1, 1, 0], { dtype: 'i32' });
	a.update(ones, tensor([1, 1, 1], { dtype: 'i32' }));
	const to = b.namedVariables();
	for (const [name, each] of a.namedVariables()) (to.get(name) as Variable).assign(each.read()); // of one kind
	b.update(ones, ones);
	expect(b.value().item()).toBeCloseTo(5 / 6, 14);
	b.reset();
	expect(b.value().item()).toBeNaN();
	expect([...to.keys()]).toEqual(['right', 'all']);
});

test('predictions and labels that do not fit change nothing, and are refused with what was meant', () => {
	const metric = new ConfusionMatrix(2);
	const mistakes: [() => unknown, string][] = [
		[
			() => accuracy([[1, 2]], [0]),
			'accuracy: labels are f32; they must be class indices, i32 or u8',
		],
		[
			() => metric.update([[1, 2]], tensor([[0, 1]], { dtype: 'i32' })),
			'ConfusionMatrix: scores [1, 2] and labels [1, 2] do not fit; scores must be [..., classes]',
		],
		[
			() => metric.update(tensor([3], { dtype: 'i32' }), tensor([0], { dtype: 'i32' })),
			'index 3 at position 0 of indices [1] is out of range',
		],
		[() => new Precision(0), 'Precision: classes is 0; it must be a whole number from 1 to 10000'],
		[() => new TopKAccuracy(0), 'TopKAccuracy: k is 0; it must be a whole number from 1'],
		[() => rocAuc([1], [1]), 'rocAuc: labels are f32; they must be bool, or 0 and 1 in i32 or u8'],
		[() => new R2().update([1], [1, 2]), 'R2: outputs [1] and targets [2] differ'],
		[
			// @ts-expect-error no such option
			() => new F1(2, { averaged: 'micro' }),
			'F1: there is no option averaged; did you mean average?',
		],
	];
	for (const [make, message] of mistakes) expect(make, message).toThrow(message);
	expect(metric.value().toArray()).toEqual([
		[0, 0],
		[0, 0],
	]);
});
