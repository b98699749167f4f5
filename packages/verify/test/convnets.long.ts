// Takes minutes: npx vitest run --mode long --project tests convnets
import { conv2d, matmul, type Node, normal, randomKey, splitKey, uniform } from '@pullback/core';
import { describe, expect, test } from 'vitest';
import { checkGradients, type TensorFunction } from '../src/index.ts';

/** A convolution of `outputs` kernels, or the largest of every 2 x 2. */
type Layer =
	| 'pool'
	| { readonly outputs: number; readonly kernel: number; readonly padding: number };

const three = (outputs: number, padding = 1): Layer => ({ outputs, kernel: 3, padding });

/** The nets of chapters 7 and 8 of Deep Learning from Scratch, dropout left out, as it is random. */
const nets: readonly (readonly [string, readonly Layer[], readonly number[]])[] = [
	['chapter 7', [{ outputs: 30, kernel: 5, padding: 0 }, 'pool'], [4320, 100, 10]],
	[
		'chapter 8',
		[three(16), three(16), 'pool', three(32), three(32, 2), 'pool', three(64), three(64), 'pool'],
		[1024, 50, 10],
	],
];
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
const labels = [3, 7];

/** The loss as a function of two images and all weights and biases, and a point at which to check it. */
function net(
	layers: readonly Layer[],
	sizes: readonly number[],
	seed: number,
): { loss: TensorFunction; inputs: readonly Node[] } {
	const keys = splitKey(randomKey(seed), 32);
	let drawn = 0;
	const numbers = (shape: readonly number[]): Node =>
		uniform(keys.slice(drawn++), shape, { dtype: 'f64' });
	/** He's initial weights, and biases that are not 0. */
	const layer = (shape: readonly number[], fan: number, outputs: number): Node[] => [
		normal(keys.slice(drawn++), shape, { dtype: 'f64' }).mul(Math.sqrt(2 / fan)),
		numbers([outputs]).sub(0.5),
	];
	const inputs = [numbers([labels.length, 1, 28, 28])];
	let channels = 1;
	for (const each of layers) {
		if (each === 'pool') continue;
		const { outputs, kernel } = each;
		inputs.push(...layer([outputs, channels, kernel, kernel], channels * kernel ** 2, outputs));
		channels = outputs;
	}
	for (const [i, outputs] of sizes.slice(1).entries())
		inputs.push(...layer([sizes[i] ?? 0, outputs], sizes[i] ?? 1, outputs));
	const loss: TensorFunction = (images, ...given) => {
		const parameters = (given as Node[]).values();
		const next = (): Node => parameters.next().value as Node; // two for each layer
		let y = images as Node;
		for (const each of layers)
			y =
				each === 'pool'
					? y.maxPool2d(2)
					: conv2d(y, next(), { bias: next(), padding: each.padding }).relu();
		y = y.reshape([labels.length, -1]);
		y = matmul(y, next()).add(next()).relu();
		y = matmul(y, next()).add(next());
		return y
			.logSoftmax()
			.takeAlongAxis(
				labels.map((label) => [label]),
				1,
			)
			.mean()
			.neg();
	};
	return { loss, inputs };
}

/** For one seed, which takes some 10 s of work: ten times as long where others use the machine, and to spare. */
const maxMilliseconds = 300_000;

describe.each(nets)('the net of %s', (name, layers, sizes) => {
	let [checked, undecided] = [0, 0];

	test.each(seeds)(
		'none of its gradients is called wrong at seed %i',
		(seed) => {
			const { loss, inputs } = net(layers, sizes, seed);
			const report = checkGradients(loss, inputs, { seed });
			report.assert();
			checked += report.checked;
			undecided += report.undecided.length;
		},
		maxMilliseconds,
	);

	test('at most 2 percent are undecided', () => {
		console.log(`${name}: undecided ${undecided} of ${checked} derivatives, ${seeds.length} seeds`);
		expect(checked).toBeGreaterThan(0);
		expect(undecided / checked).toBeLessThanOrEqual(0.02);
	});
});
