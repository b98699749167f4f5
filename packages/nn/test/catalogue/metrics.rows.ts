import { tensor } from '@pullback/core';
import { accuracy, confusionMatrix, rocAuc, topKAccuracy } from '../../src/index.ts';
import { pure, type Rows } from './row.ts';

const labels = tensor([2, 0, 1, 1], { dtype: 'i32' });
const marks = tensor([1, 0, 1, 0, 0], { dtype: 'i32' });
const counting = { order: 0, reason: 'it counts' } as const;
const streaming = 'a metric over batches; tested in metrics.test.ts';

export const metrics: Rows = {
	Accuracy: streaming,
	ConfusionMatrix: streaming,
	F1: streaming,
	Metric: 'the abstract class of every metric over batches; tested by those that extend it',
	Perplexity: streaming,
	Precision: streaming,
	R2: streaming,
	Recall: streaming,
	RocAuc: 'a metric over batches that runs uncompiled; tested in metrics.test.ts',
	TopKAccuracy: streaming,
	accuracy: pure((x, t) => accuracy(x, t), [[4, 3], labels], counting),
	confusionMatrix: pure(
		(x, t) => confusionMatrix(x, t, 3).cast(x.dtype),
		[[4, 3], labels],
		counting,
	),
	rocAuc: pure((x, t) => rocAuc(x, t), [[5], marks], counting),
	topKAccuracy: pure((x, t) => topKAccuracy(x, t, 2), [[4, 3], labels], counting),
};
