import { arange, type Node, normal, randomKey, uniform } from '@pullback/core';
import {
	cutout,
	dataset,
	parseCsv,
	randomCrop,
	randomFlip,
	randomRotation,
	randomShift,
	standardizer,
} from '../../src/index.ts';
import { drawn, ordered } from './dataRow.ts';
import { type Floating, layer, pure, type Rows } from './row.ts';

const key = randomKey(3);
const images = [2, 2, 4, 5];
const among = 3;

const rows = uniform(randomKey(5), [7, 2], { dtype: 'f64' });
const label = arange(7, undefined, undefined, { dtype: 'i32' });
const all = (dtype: Floating) => dataset({ x: rows.cast(dtype), label });
type Examples = ReturnType<typeof all>;
type Parts = ReturnType<Examples['folds']>[number];

/** The rows of the tensor, one after another, later. */
const later = (dtype: Floating) =>
	dataset(async function* (): AsyncGenerator<Node, void, undefined> {
		const x = rows.cast(dtype);
		for (let i = 0; i < 7; i++) yield x.slice(i);
	});

const lines = Array.from({ length: 7 }, (_, i) => rows.slice(i).data().join());
const text = ['x,y', ...lines].join('\n');

export const data: Rows = {
	Standardizer: 'the class of what `standardizer` makes',
	cutout: pure((x, own) => cutout(x, own, { size: 2 }), [images, key]),
	dataset: [
		ordered((dtype, size) => all(dtype).batches({ size }), [rows, label]),
		drawn((own, dtype, size) => all(dtype).batches({ size, shuffle: true, key: own })),
		drawn((own, dtype, size) => {
			const choice = { weights: [1, 0, 2, 1, 0.5, 0, 3], count: 9 };
			return all(dtype).batches({ size, shuffle: 'withReplacement', key: own, ...choice });
		}),
		drawn((own, dtype, size) => {
			const [, { train }] = all(dtype).folds(3, { key }) as [Parts, Parts, Parts]; // as many
			const others = dataset(['a', 'b', 'c', 'd']).select([3, 0, 0, 1, 2]);
			return train.zip(others).batches({ size, shuffle: true, key: own });
		}),
		drawn((own, dtype, size) => {
			const [part] = all(dtype).split([2, 1], { key }) as [Examples, Examples]; // as many
			return part
				.map(({ x, label }) => ({ x: x.neg(), name: String(label.item()) }))
				.batches({ size, shuffle: true, key: own });
		}),
		ordered((dtype, size) => later(dtype).batches({ size, prefetch: 2 }), [rows]),
		drawn((own, dtype, size) =>
			later(dtype)
				.zip(dataset(new Set('abcdefg')))
				.map(([x, name]) => ({ x: x.mul(2), name }))
				.take(6)
				.batches({ size, shuffleAmong: among, key: own, prefetch: 1 }),
		),
	],
	parseCsv: drawn((own, dtype, size) =>
		dataset(parseCsv(text, { types: { x: dtype, y: dtype } }).columns).batches({
			size,
			shuffle: true,
			key: own,
		}),
	),
	randomCrop: pure((x, own) => randomCrop(x, own, { size: 3, padding: 1 }), [images, key]),
	randomFlip: pure((x, own) => randomFlip(x, own), [images, key]),
	randomRotation: pure((x, own) => randomRotation(x, own, { degrees: 30 }), [images, key]),
	randomShift: pure((x, own) => randomShift(x, own, { max: 1, mode: 'replicate' }), [images, key]),
	standardizer: layer((own, dtype) => standardizer(normal(own, [10, 3], { dtype })), [4, 3]),
};
