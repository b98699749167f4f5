import { evaluate, fit, type History, type Measured } from '../../src/index.ts';
import { measuredBy, measures, stopping, trainedOn } from './plainTraining.ts';
import type { Rows } from './row.ts';
import type { RunOptions, Subject, TrainingRow } from './trainingRow.ts';

const epochs = 3;

/** The usual run of `fit`. */
const fitted = (
	{ net, optimizer, data, validation }: Subject,
	options: RunOptions = {},
	maxEpochs = epochs,
): Promise<History> =>
	fit(net, data, {
		...measures(),
		optimizer,
		validation,
		epochs: maxEpochs,
		progress: 'none',
		...options,
	});

/** More than it makes before it is stopped. */
const manyEpochs = 30;

const numbersOf = ({ loss, metrics }: Measured): number[] => [loss, ...Object.values(metrics)];
const historyOf = ({ epochs: records, steps }: Pick<History, 'epochs' | 'steps'>): number[] => [
	steps,
	...records.flatMap((each) => [
		...numbersOf(each),
		...(each.validation === null ? [] : numbersOf(each.validation)),
	]),
];

const rowOf = (row: Omit<TrainingRow, 'kind'>): TrainingRow => ({ kind: 'training', ...row });

export const trainingRows: Rows = {
	earlyStopping: rowOf({
		run: async (subject, options = {}) => {
			const callbacks = [subject.early, ...(options.callbacks ?? [])];
			return historyOf(await fitted(subject, { ...options, callbacks }, manyEpochs));
		},
		plain: async (subject) => historyOf(trainedOn(subject, manyEpochs, stopping)),
		batches: 'equal',
	}),
	evaluate: rowOf({
		run: async ({ net, data }) => numbersOf(await evaluate(net, data, measures())),
		plain: async ({ net, data }) => numbersOf(measuredBy(net, data)),
		batches: 'any',
	}),
	fit: rowOf({
		run: async (subject, options) => historyOf(await fitted(subject, options)),
		plain: async (subject) => historyOf(trainedOn(subject, epochs)),
		batches: 'equal',
	}),
};
