import {
	conv2d,
	grad,
	matmul,
	type Node,
	normal,
	randomKey,
	splitKey,
	zeros,
} from '@pullback/core';
import { expect, test } from 'vitest';
import { agree, checkGradients, numericalGradient, type TensorFunction } from '../src/index.ts';

// The gradient check of the book's convolutional net (Deep Learning from Scratch, 7.5): an image of 10 x 10, filters of
// 3 x 3, relu, the maximum of every 2 x 2, an affine layer, softmax and cross-entropy, at the book's initial weights.
const [size, filter, filters, classes] = [10, 3, 10, 10];
const pooled = (size - filter + 1) / 2;
const std = 0.01;

/** The loss as a function of image, filters and their bias, and a point at which to check it. */
function net(seed: number): { loss: TensorFunction; inputs: readonly Node[] } {
	const keys = splitKey(randomKey(seed), 3);
	const draw = (i: number, shape: readonly number[]): Node =>
		normal(keys.slice(i), shape, { dtype: 'f64' });
	const affine = draw(0, [pooled ** 2 * filters, classes]).mul(std);
	return {
		loss: (image, kernel, bias) => {
			const maps = conv2d(image as Node, kernel as Node, { bias: bias as Node }); // given, all three
			const scores = matmul(maps.relu().maxPool2d(2).flatten(), affine);
			return scores
				.logSoftmax()
				.slice(seed % classes)
				.neg();
		},
		inputs: [
			draw(1, [1, size, size]),
			draw(2, [filters, 1, filter, filter]).mul(std),
			zeros([filters], { dtype: 'f64' }),
		],
	};
}

const { FC_RUNS = '0' } = process.env;
const nets = Array.from({ length: Math.max(5, Number(FC_RUNS)) }, (_, seed) => net(seed));

test('plain differences step over branches of a convolutional net, and call right gradients wrong', () => {
	const tolerance = { absolute: 1e-6, relative: 1e-6 }; // as checkGradients has it
	const wronged = nets.filter(({ loss, inputs }) => {
		const numeric = numericalGradient(loss, inputs, { step: 1e-4 });
		return grad(loss(...inputs), inputs).some((gradient, i) => {
			const plain = numeric[i]?.view() ?? [];
			return gradient.view().some((x, at) => !agree(x, plain[at] ?? Number.NaN, tolerance));
		});
	});
	console.log(`false alarms of plain differences: ${wronged.length} of ${nets.length}`);
	expect(wronged.length).toBeGreaterThan(nets.length / 2);
});

test('a check that sees branches calls no gradient of a convolutional net wrong, and leaves few undecided', () => {
	let [checked, undecided] = [0, 0];
	for (const { loss, inputs } of nets) {
		const report = checkGradients(loss, inputs);
		report.assert();
		checked += report.checked;
		undecided += report.undecided.length;
	}
	console.log(`undecided: ${undecided} of ${checked}`);
	expect(undecided / checked).toBeLessThan(0.01);
});

test('a wrong gradient of a convolutional net is seen all the same', () => {
	const [first] = nets;
	if (first === undefined) throw new Error('there are several');
	const { loss, inputs } = first;
	const wrong: TensorFunction = (image, kernel, bias) =>
		loss(
			image as Node,
			kernel as Node,
			(bias as Node)
				.stopGradient()
				.mul(0.9)
				.add((bias as Node).mul(0.1)),
		);
	expect(checkGradients(wrong, inputs).ok).toBe(false);
});
