import {
	grad,
	matmul,
	type Node,
	normal,
	randomKey,
	splitKey,
	tensor,
	zeros,
} from '@pullback/core';
import { expect, test } from 'vitest';
import { agree, checkGradients, numericalGradient, type TensorFunction } from '../src/index.ts';

// The gradient check of the book's convolutional net (Deep Learning from Scratch, 7.5): an image of 10 x 10, filters of
// 3 x 3, relu, the maximum of every 2 x 2, an affine layer, softmax and cross-entropy, at the book's initial weights.
const [size, filter, filters, classes] = [10, 3, 10, 10];
const places = size - filter + 1;
const pooled = places / 2;
const std = 0.01;

/** For each place of a filter, the pixels under it. */
const windows = tensor(
	Array.from({ length: places ** 2 }, (_, place) =>
		Array.from({ length: filter ** 2 }, (_, i) => {
			const row = Math.floor(place / places) + Math.floor(i / filter);
			return row * size + (place % places) + (i % filter);
		}),
	),
	{ dtype: 'i32' },
);

/** The loss as a function of image, filters and their bias, and a point at which to check it. */
function net(seed: number): { loss: TensorFunction; inputs: readonly Node[] } {
	const keys = splitKey(randomKey(seed), 3);
	const draw = (i: number, shape: readonly number[]): Node =>
		normal(keys.slice(i), shape, { dtype: 'f64' });
	const affine = draw(0, [pooled ** 2 * filters, classes]).mul(std);
	return {
		loss: (image, kernel, bias) => {
			const columns = (image as Node).take(windows); // given, as the others
			const active = matmul(columns, kernel as Node)
				.add(bias as Node)
				.relu();
			const maxima = active.reshape([pooled, 2, pooled, 2, filters]).amax([1, 3]);
			const scores = matmul(maxima.flatten(), affine);
			return scores
				.logSoftmax()
				.slice(seed % classes)
				.neg();
		},
		inputs: [
			draw(1, [size ** 2]),
			draw(2, [filter ** 2, filters]).mul(std),
			zeros([filters], { dtype: 'f64' }),
		],
	};
}

const nets = Array.from({ length: 10 }, (_, seed) => net(seed));

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
	if (first === undefined) throw new Error('there are ten');
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
