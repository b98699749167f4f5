import { randomIntegers, randomKey, tensor, uniform } from '@pullback/core';
import {
	Accuracy,
	accuracy,
	ConfusionMatrix,
	confusionMatrix,
	F1,
	Perplexity,
	Precision,
	R2,
	Recall,
	RocAuc,
	rocAuc,
	TopKAccuracy,
	topKAccuracy,
} from '../../src/index.ts';
import { metric } from './metricRow.ts';
import { pure, type Rows } from './row.ts';

const labels = tensor([2, 0, 1, 1], { dtype: 'i32' });
const marks = tensor([1, 0, 1, 0, 0], { dtype: 'i32' });
const counting = { order: 0, reason: 'it counts' } as const;

const count = 12;
// Halves, so that some scores are equal.
const scores = uniform(randomKey(1), [count, 3], { low: -3, high: 3, dtype: 'f64' }).round().div(2);
const numbers = uniform(randomKey(2), [count, 2], { dtype: 'f64' });
const classes = [scores, randomIntegers(randomKey(3), [count], { high: 3 })] as const;
const outputs = [numbers.add(scores.slice(null, [0, 2]).div(10)), numbers] as const;
const ranked = [scores.slice(null, 0), randomIntegers(randomKey(4), [count], { high: 2 })] as const;

export const metrics: Rows = {
	Accuracy: metric(() => new Accuracy(), classes),
	ConfusionMatrix: metric(() => new ConfusionMatrix(3), classes),
	F1: [
		metric(() => new F1(3), classes),
		metric(() => new F1(3, { average: 'micro' }), classes),
		metric(() => new F1(3, { average: 'none', whenUndefined: 0 }), classes),
	],
	Metric: 'the abstract class of every metric over batches; tested by those that extend it',
	Perplexity: metric(() => new Perplexity({ ignoredLabel: 2 }), classes, { counts: false }),
	Precision: metric(() => new Precision(3, { whenUndefined: 0 }), classes),
	R2: metric(() => new R2(), outputs, { counts: false }),
	Recall: metric(() => new Recall(3, { whenUndefined: 1 }), classes),
	RocAuc: metric(() => new RocAuc(), ranked, { hasVariables: false }),
	TopKAccuracy: metric(() => new TopKAccuracy(2), classes),
	accuracy: pure((x, t) => accuracy(x, t), [[4, 3], labels], counting),
	confusionMatrix: pure(
		(x, t) => confusionMatrix(x, t, 3).cast(x.dtype),
		[[4, 3], labels],
		counting,
	),
	rocAuc: pure((x, t) => rocAuc(x, t), [[5], marks], counting),
	topKAccuracy: pure((x, t) => topKAccuracy(x, t, 2), [[4, 3], labels], counting),
};
