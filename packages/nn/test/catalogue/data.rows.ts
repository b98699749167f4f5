import { normal, randomKey } from '@pullback/core';
import {
	cutout,
	randomCrop,
	randomFlip,
	randomRotation,
	randomShift,
	standardizer,
} from '../../src/index.ts';
import { layer, pure, type Rows } from './row.ts';

const key = randomKey(3);
const images = [2, 2, 4, 5];

export const data: Rows = {
	Standardizer: 'the class of what `standardizer` makes',
	cutout: pure((x) => cutout(x, key, { size: 2 }), [images]),
	dataset: 'examples from what holds them; `data/dataset.test.ts` and `data/stream.test.ts`',
	parseCsv: 'reads text into tensors; `data/csv.test.ts`',
	randomCrop: pure((x) => randomCrop(x, key, { size: 3, padding: 1 }), [images]),
	randomFlip: pure((x) => randomFlip(x, key), [images]),
	randomRotation: pure((x) => randomRotation(x, key, { degrees: 30 }), [images]),
	randomShift: pure((x) => randomShift(x, key, { max: 1, mode: 'replicate' }), [images]),
	standardizer: layer((own, dtype) => standardizer(normal(own, [10, 3], { dtype })), [4, 3]),
};
