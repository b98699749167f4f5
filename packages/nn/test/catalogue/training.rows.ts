import type { Rows } from './row.ts';

export const trainingRows: Rows = {
	earlyStopping: 'a callback of `fit`; tested in the tests of training',
	evaluate: 'asynchronous; tested in the tests of training',
	fit: 'asynchronous; tested in the tests of training',
};
