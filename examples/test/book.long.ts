// Takes about half an hour: npm run book
import { expect, test } from 'vitest';
import { gradientDifferences } from '../chapter5/gradientCheck.ts';
import { compare, scales } from '../chapter6/batchNormalization.ts';
import { overfit as withDropout } from '../chapter6/dropout.ts';
import { search } from '../chapter6/hyperparameters.ts';
import { compareInitialWeights } from '../chapter6/initialWeights.ts';
import { compareOptimizers } from '../chapter6/optimizers.ts';
import { overfit as withDecay } from '../chapter6/weightDecay.ts';
import { simpleConvNet, train } from '../chapter7/simpleConvNet.ts';

// The bands are what the book's own programs reach at several seeds; what is random is tried at three.
const seeds = [0, 1, 2];
const minutes = 60_000;

/** The mean of what a run finds at each seed. */
async function mean<Name extends string>(
	run: (seed: number) => Promise<{ readonly [Each in Name]: number }>,
): Promise<{ readonly [Each in Name]: number }> {
	const all: { readonly [Each in Name]: number }[] = [];
	for (const seed of seeds) all.push(await run(seed));
	const [first] = all;
	const names = Object.keys(first ?? {}) as Name[]; // a run finds numbers by these
	const entries = names.map((name) => [
		name,
		all.reduce((sum, found) => sum + (found[name] ?? Number.NaN), 0) / all.length,
	]);
	const found = Object.fromEntries(entries) as { readonly [Each in Name]: number }; // of all names
	console.log(found);
	return found;
}

test('every parameter of the two-layer net has its numerical gradient to 1e-9, on real digits', async () => {
	const differences = Object.values(await gradientDifferences());
	expect(differences).toHaveLength(4);
	for (const difference of differences) expect(difference).toBeLessThan(1e-9);
});

test(
	'AdaGrad and Adam are ahead of Momentum, and Momentum of SGD',
	async () => {
		const losses = await mean((seed) => compareOptimizers(2000, seed));
		expect(Math.max(losses.AdaGrad, losses.Adam)).toBeLessThan(losses.Momentum);
		expect(losses.Momentum).toBeLessThan(losses.SGD);
		expect(losses.SGD).toBeLessThan(0.25);
	},
	10 * minutes,
);

test(
	'small weights never learn, those of Xavier do, and those of He better',
	async () => {
		const losses = await mean((seed) => compareInitialWeights(2000, seed));
		expect(losses['standard deviation 0.01']).toBeGreaterThan(2.29);
		expect(losses['standard deviation 0.01']).toBeLessThan(2.31);
		expect(losses.Xavier).toBeLessThan(0.4);
		expect(losses.He).toBeLessThan(0.3);
		expect(losses.He).toBeLessThan(losses.Xavier);
	},
	10 * minutes,
);

test(
	'what is learnt by heart falls with weight decay, and more so with dropout',
	async () => {
		const [plain, decay, dropout] = [
			await mean((seed) => withDecay(0, 201, seed)),
			await mean((seed) => withDecay(0.1, 201, seed)),
			await mean((seed) => withDropout(0.2, 301, seed)),
		];
		const gap = ({ train, test }: { readonly train: number; readonly test: number }): number =>
			train - test;
		expect(plain.train).toBeGreaterThan(0.99);
		expect(gap(plain)).toBeGreaterThan(0.2);
		expect(gap(decay)).toBeLessThan(gap(plain) - 0.03);
		expect(gap(dropout)).toBeLessThan(gap(decay) - 0.03);
		expect(decay.test).toBeGreaterThan(0.65);
		expect(dropout.test).toBeGreaterThan(0.45);
	},
	20 * minutes,
);

test(
	'with batch normalisation a net learns from weights of most sizes, without it from few',
	async () => {
		const ends: [normalized: number, plain: number][] = [];
		for (const std of scales) {
			const { normalized, plain } = await compare(std);
			ends.push([normalized.at(-1) ?? 0, plain.at(-1) ?? 0]);
		}
		console.log(ends);
		const learns = (index: 0 | 1): number => ends.filter((end) => end[index] >= 0.85).length;
		expect(learns(0)).toBeGreaterThan(learns(1) + 2);
		// At one size at least the one learns and the other hardly does.
		expect(
			ends.some(([normalized, plain]) => normalized >= 0.85 && plain <= normalized - 0.4),
		).toBe(true);
	},
	20 * minutes,
);

test(
	'a random search finds the rates that the book’s finds',
	async () => {
		const bests = [];
		for (const seed of seeds) bests.push((await search(100, 50, seed))[0]);
		console.log(bests);
		const accuracies = bests.map((best) => best?.accuracy ?? 0).sort((a, b) => a - b);
		// Of a hundred validation images one in a hundred tells little: the middle one of three searches.
		expect(accuracies[1]).toBeGreaterThanOrEqual(0.8);
		for (const best of bests) {
			expect(best?.learningRate).toBeGreaterThan(1e-3);
			expect(best?.learningRate).toBeLessThanOrEqual(1e-2);
		}
	},
	30 * minutes,
);

test(
	'the convolutional net of chapter 7 reads at least 98.5 percent of the test images right after 20 epochs',
	async () => {
		let accuracy = 0;
		for await (accuracy of train(simpleConvNet(0))) console.log(accuracy);
		expect(accuracy).toBeGreaterThanOrEqual(0.985);
	},
	30 * minutes,
);
