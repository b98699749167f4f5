// Chapter 6: learning rate and weight decay are searched at random, on a logarithmic scale, and judged by images that
// the net is not trained on.
import { permutation, randomKey, splitKey, uniform } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { SGD } from '@pullback/nn';
import { accuracyOf, deepNet, learner, pick } from './deepNet.ts';

/** What was tried, and the share of the validation images that is read right then. */
export interface Trial {
	readonly learningRate: number;
	readonly weightDecay: number;
	readonly accuracy: number;
	/** The shares of the training images and the validation images that are read right after each epoch. */
	readonly history: readonly { readonly train: number; readonly validation: number }[];
}

/** Trials, the best first. */
export async function search(trials = 100, epochs = 50, seed = 0): Promise<Trial[]> {
	const { train } = await loadMnist();
	const keys = splitKey(randomKey(seed), trials + 1);
	const order = permutation(keys.slice(trials), 500);
	const [validation, rest] = [
		pick(train, order.slice([0, 100])),
		pick(train, order.slice([100, 500])),
	];
	const found = Array.from({ length: trials }, (_, trial) => {
		const own = splitKey(keys.slice(trial), 3);
		const [decayPower = 0, ratePower = 0] = uniform(own.slice(0), [2]).data();
		const weightDecay = 10 ** (-8 + 4 * decayPower);
		const learningRate = 10 ** (-6 + 4 * ratePower);
		const net = deepNet({ sizes: [784, 100, 100, 100, 100, 100, 100, 10], key: own.slice(1) });
		const optimizer = new SGD(net.parameters(), { learningRate });
		const step = learner(net, rest, { optimizer, batchSize: 100, key: own.slice(2), weightDecay });
		const [ofTrain, ofValidation] = [accuracyOf(net, rest), accuracyOf(net, validation)];
		const history = Array.from({ length: epochs }, () => {
			for (let i = 0; i < 4; i++) step();
			return { train: ofTrain(), validation: ofValidation() };
		});
		const accuracy = history.at(-1)?.validation ?? 0;
		return { learningRate, weightDecay, accuracy, history };
	});
	return found.sort((a, b) => b.accuracy - a.accuracy);
}

if (process.argv[1] === import.meta.filename)
	console.table((await search()).slice(0, 7), ['learningRate', 'weightDecay', 'accuracy']);
