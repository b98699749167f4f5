// Chapter 6: with batch normalisation a net learns from weights of any size, and faster.
import { randomKey, splitKey } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { BatchNorm1d, normalInitializer, Relu, SGD } from '@pullback/nn';
import { accuracyOf, deepNet, firstOf, learner } from './deepNet.ts';

/** The share of the 1,000 training images that is read right after each epoch, with normalisation and without. */
export interface Curves {
	readonly normalized: readonly number[];
	readonly plain: readonly number[];
}

/** Sixteen standard deviations from 1 to 0.0001. */
export const scales: readonly number[] = Array.from(
	{ length: 16 },
	(_, i) => 10 ** ((-4 * i) / 15),
);

/** Nets of six layers whose weights start with a standard deviation, trained on the first 1,000 images. */
export async function compare(std: number, epochs = 20, seed = 0): Promise<Curves> {
	const few = firstOf((await loadMnist()).train, 1000);
	const keys = splitKey(randomKey(seed));
	const curve = (isNormalized: boolean): number[] => {
		const net = deepNet({
			sizes: [784, 100, 100, 100, 100, 100, 10],
			key: keys.slice(0),
			weight: normalInitializer(std),
			after: (channels) =>
				isNormalized ? [new BatchNorm1d({ channels, epsilon: 1e-6 }), new Relu()] : [new Relu()],
		});
		const optimizer = new SGD(net.parameters(), { learningRate: 0.01 });
		const step = learner(net, few, { optimizer, batchSize: 100, key: keys.slice(1) });
		const accuracy = accuracyOf(net, few);
		return Array.from({ length: epochs }, (_, epoch) => {
			// The first is measured after one step, as the book does.
			for (let i = 0; i < (epoch === 0 ? 1 : 10); i++) step();
			return accuracy();
		});
	};
	return { normalized: curve(true), plain: curve(false) };
}

if (process.argv[1] === import.meta.filename)
	for (const std of scales) {
		const { normalized, plain } = await compare(std);
		console.log(
			`standard deviation ${std.toFixed(5)}: ${normalized.at(-1)?.toFixed(3)} with batch normalisation, ${plain.at(-1)?.toFixed(3)} without`,
		);
	}
