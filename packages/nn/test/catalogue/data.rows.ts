import type { Rows } from './row.ts';

export const data: Rows = {
	dataset: 'examples from what holds them; `data/dataset.test.ts` and `data/stream.test.ts`',
};
