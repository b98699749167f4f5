export { Accuracy, accuracy, TopKAccuracy, topKAccuracy } from './accuracy.ts';
export {
	type ClassMetricOptions,
	ConfusionMatrix,
	confusionMatrix,
	F1,
	Precision,
	Recall,
} from './confusion.ts';
export { Metric } from './metric.ts';
export { Perplexity, type PerplexityOptions } from './perplexity.ts';
export { R2 } from './r2.ts';
export { RocAuc, rocAuc } from './rocAuc.ts';
