// Every program here, with what it shows, and how the gallery runs it.
import { randomKey, softmax, splitKey, tensor } from '@pullback/core';
import { loadMnist } from '@pullback/mnist';
import { and, nand, or, truthTable, xor } from './chapter2/gates.ts';
import * as activationCurves from './chapter3/activationCurves.ts';
import { trainSaveAndLoad } from './chapter3/savedWeights.ts';
import { largeScores, naiveSoftmax, scores } from './chapter3/softmax.ts';
import { forward } from './chapter3/threeLayers.ts';
import * as descentPath from './chapter4/descentPath.ts';
import { descend as descendBowl } from './chapter4/gradientDescent.ts';
import * as gradientField from './chapter4/gradientField.ts';
import * as lossCurve from './chapter4/lossCurve.ts';
import { losses } from './chapter4/losses.ts';
import { drawBatch } from './chapter4/miniBatches.ts';
import { bowl, derivatives, parabola } from './chapter4/numericalGradient.ts';
import { simpleNet } from './chapter4/simpleNet.ts';
import * as tangentLines from './chapter4/tangentLines.ts';
import { learnNumerically } from './chapter4/twoLayerNet.ts';
import * as accuracyCurves from './chapter5/accuracyCurves.ts';
import { buyApples, buyApplesAndOranges } from './chapter5/apples.ts';
import * as confusion from './chapter5/confusion.ts';
import { gradientDifferences } from './chapter5/gradientCheck.ts';
import * as graphDrawings from './chapter5/graphDrawings.ts';
import * as activationHistograms from './chapter6/activationHistograms.ts';
import * as batchNormalizationGrid from './chapter6/batchNormalizationGrid.ts';
import * as initialWeightCurves from './chapter6/initialWeightCurves.ts';
import * as optimizerCurves from './chapter6/optimizerCurves.ts';
import * as overfitting from './chapter6/overfitting.ts';
import * as searchPanels from './chapter6/searchPanels.ts';
import * as valleyPaths from './chapter6/valleyPaths.ts';
import * as filteredPicture from './chapter7/filteredPicture.ts';
import * as filters from './chapter7/filters.ts';
import * as mistakes from './chapter8/mistakes.ts';
import { nets } from './galleryNets.ts';
import type { Shown } from './shown.ts';

/** What a program comes to. */
export interface Outcome {
	/** What it found, in words. */
	readonly said: string;
	/** SVG by name. */
	readonly pictures?: { readonly [name: string]: string };
}

/** A program, and what it is for. */
export interface Program {
	readonly chapter: string;
	readonly title: string;
	/** Its path in this folder. */
	readonly program: string;
	/** Those whose work it shows. */
	readonly also?: readonly string[];
	readonly shows: string;
	/** In what the gallery's run is shorter than the book's. */
	readonly short?: string;
	/** Left out where the program is run by other means. */
	readonly run?: () => Promise<Outcome>;
}

/** An outcome with one picture, which is called as the program. */
async function picture(name: string, shown: Promise<Shown>): Promise<Outcome> {
	const { found, picture: svg } = await shown;
	return { said: found, pictures: { [name]: svg } };
}

const fixed = (x: number | undefined, digits = 4): string => (x ?? Number.NaN).toFixed(digits);

const chapter2: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Gates',
		program: 'chapter2/gates.ts',
		shows: 'perceptrons compute AND, NAND and OR; exclusive or takes two layers of them.',
		run: async () => {
			const gates = Object.entries({ AND: and, NAND: nand, OR: or, XOR: xor });
			const tables = gates.map(([name, gate]) => `${name} ${truthTable(gate).join(' ')}`);
			return { said: `of 00, 01, 10 and 11: ${tables.join('; ')}` };
		},
	},
];

const chapter3: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Activation functions',
		program: 'chapter3/activationCurves.ts',
		also: ['chapter3/activations.ts'],
		shows:
			'the step has no slope to learn by, the sigmoid has one everywhere, and ReLU that of 1 above 0.',
		run: () => picture('activationCurves', activationCurves.draw()),
	},
	{
		title: 'Three layers by hand',
		program: 'chapter3/threeLayers.ts',
		shows: 'a signal passes through three layers, each a matrix, a bias and an activation.',
		run: async () => {
			const output = forward(tensor([1, 0.5], { dtype: 'f64' }));
			return {
				said: `output for 1 and 0.5: ${[...output.data()].map((x) => fixed(x, 8)).join(', ')}`,
			};
		},
	},
	{
		title: 'Softmax and its overflow',
		program: 'chapter3/softmax.ts',
		shows: 'scores become probabilities; computed as the formula is written, large ones overflow.',
		run: async () => {
			const [p, naive] = [softmax(scores), naiveSoftmax(largeScores)].map((node) =>
				[...node.data()].map((x) => fixed(x, 8)).join(', '),
			);
			return { said: `of 0.3, 2.9 and 4: ${p}; as written, of 1010, 1000 and 990: ${naive}` };
		},
	},
	{
		title: 'Weights in a file',
		program: 'chapter3/savedWeights.ts',
		shows: 'a net is trained, its weights saved and loaded, and used on MNIST.',
		run: async () => {
			const { trained, loaded } = await trainSaveAndLoad();
			return { said: `accuracy on the test images as trained ${trained}, loaded ${loaded}` };
		},
	},
	{
		title: 'The book’s own weights',
		program: 'chapter3/pickledWeights.ts',
		shows:
			'the weights that come with the book, which NumPy pickled, read digits. It takes the path of the file, which is not in the repository; a test holds it to 9,352 of 10,000.',
	},
];

const chapter4: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Losses',
		program: 'chapter4/losses.ts',
		shows: 'a bad guess costs more than a good one, by squared error and by cross-entropy.',
		run: async () => {
			const said = losses().map(
				({ guess, squaredError, booksCrossEntropy }) =>
					`${guess} guess: ${fixed(squaredError)} and ${fixed(booksCrossEntropy, 12)}`,
			);
			return { said: said.join('; ') };
		},
	},
	{
		title: 'Mini-batches',
		program: 'chapter4/miniBatches.ts',
		shows: 'a few images drawn at random stand for all; the key of a draw says which.',
		run: async () => {
			const { train } = await loadMnist();
			const { labels } = drawBatch(train, 10, splitKey(randomKey(0)).slice(0));
			return { said: `ten digits drawn by the first key: ${labels.data().join(', ')}` };
		},
	},
	{
		title: 'Numerical differentiation',
		program: 'chapter4/numericalGradient.ts',
		shows: 'derivatives by differences, and the exact ones beside them.',
		run: async () => {
			const at = [5, 10].map(
				(x) => `at ${x} ${derivatives(parabola, x)[0]} and ${derivatives(parabola, x)[1]}`,
			);
			const [numeric] = derivatives(bowl, [3, 4]);
			return {
				said: `0.01 x² + 0.1 x, by differences and exactly: ${at.join('; ')}; gradient of x₀² + x₁² at (3, 4): ${numeric?.map((x) => fixed(x, 8)).join(', ')}`,
			};
		},
	},
	{
		title: 'Tangent lines',
		program: 'chapter4/tangentLines.ts',
		shows: 'the derivative at a point is the slope of the line that touches the curve there.',
		run: () => picture('tangentLines', tangentLines.draw()),
	},
	{
		title: 'The gradient as a field',
		program: 'chapter4/gradientField.ts',
		shows:
			'everywhere the gradient, its sign changed, points the way down, the further the steeper.',
		run: () => picture('gradientField', gradientField.draw()),
	},
	{
		title: 'Gradient descent',
		program: 'chapter4/descentPath.ts',
		also: ['chapter4/gradientDescent.ts'],
		shows:
			'steps of a tenth of the gradient lead to the bottom of a bowl; too long ones fly off, too short ones stay.',
		run: async () => {
			const drawn = await picture('descentPath', descentPath.draw());
			const [far, near] = [10, 1e-10].map(
				(rate) => `at a rate of ${rate} it is (${descendBowl(rate).join(', ')})`,
			);
			return { ...drawn, said: `${drawn.said}; ${far}; ${near}` };
		},
	},
	{
		title: 'The gradient of a net',
		program: 'chapter4/simpleNet.ts',
		shows: 'the gradient of a loss with respect to the weights of the smallest net.',
		run: async () => {
			const net = simpleNet();
			const [p, g] = [net.scores, net.gradient].map((node) =>
				[...node.data()].map((x) => fixed(x, 8)).join(', '),
			);
			return { said: `scores ${p}; loss ${net.loss.item()}; gradient ${g}` };
		},
	},
	{
		title: 'Learning by numerical gradients',
		program: 'chapter4/twoLayerNet.ts',
		shows: 'a net of two layers learns from differences alone, slowly.',
		run: async () => {
			const [before, after] = await learnNumerically(10);
			return { said: `loss ${fixed(before?.loss)} before, ${fixed(after?.loss)} after 10 steps` };
		},
	},
	{
		title: 'The loss falls',
		program: 'chapter4/lossCurve.ts',
		shows: 'the loss of each batch while the net of two layers learns, smoothed as the book does.',
		short: 'Here 2,000 steps of the book’s 10,000.',
		run: () => picture('lossCurve', lossCurve.draw()),
	},
];

const chapter5: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Apples and oranges',
		program: 'chapter5/apples.ts',
		shows:
			'the price of a purchase as a computation graph, and what each of its inputs adds to it.',
		run: async () => {
			const said = [buyApples(), buyApplesAndOranges()].map(
				({ price, derivatives: all }) =>
					`price ${fixed(price.item(), 1)}, derivatives ${Object.entries(all)
						.map(([name, x]) => `${name} ${fixed(x, 1)}`)
						.join(', ')}`,
			);
			return { said: said.join('; ') };
		},
	},
	{
		title: 'Graphs, forward and backward',
		program: 'chapter5/graphDrawings.ts',
		shows:
			'values flow forward above the edges, gradients back below them: through purchases, the sigmoid, and a layer with its loss.',
		run: async () => {
			const drawn = Object.entries({
				graphOfApples: await graphDrawings.draw('apples'),
				graphOfApplesAndOranges: await graphDrawings.draw('applesAndOranges'),
				graphOfSigmoid: await graphDrawings.draw('sigmoid'),
				graphOfAffine: await graphDrawings.draw('affine'),
			});
			return {
				said: drawn.map(([, { found }]) => found).join('; '),
				pictures: Object.fromEntries(drawn.map(([name, { picture: svg }]) => [name, svg])),
			};
		},
	},
	{
		title: 'Gradient check',
		program: 'chapter5/gradientCheck.ts',
		shows: 'the gradients of the net of two layers by backpropagation and by differences, in f64.',
		run: async () => {
			const found = Object.entries(await gradientDifferences());
			return {
				said: `mean differences: ${found.map(([name, x]) => `${name} ${x.toExponential(1)}`).join(', ')}`,
			};
		},
	},
	{
		title: 'Learning by backpropagation',
		program: 'chapter5/accuracyCurves.ts',
		also: ['chapter5/train.ts'],
		shows:
			'the share of digits that the net of two layers reads right, epoch by epoch: the book’s whole recipe.',
		run: () => picture('accuracyCurves', accuracyCurves.draw()),
	},
	{
		title: 'What is taken for what',
		program: 'chapter5/confusion.ts',
		shows: 'the confusion matrix of the net of two layers.',
		short: 'Here after 2,000 steps.',
		run: () => picture('confusion', confusion.draw()),
	},
];

const chapter6: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Four optimisers in a valley',
		program: 'chapter6/valleyPaths.ts',
		also: ['chapter6/valley.ts'],
		shows: 'in a valley that is steep across and flat along, four optimisers take four ways.',
		run: () => picture('valleyPaths', valleyPaths.draw()),
	},
	{
		title: 'Four optimisers on MNIST',
		program: 'chapter6/optimizerCurves.ts',
		also: ['chapter6/optimizers.ts'],
		shows:
			'the losses of the same net by four optimisers, from the same weights and the same batches.',
		short: 'Here 1,000 steps of the book’s 2,000.',
		run: () => picture('optimizerCurves', optimizerCurves.draw()),
	},
	{
		title: 'What the first weights leave of a signal',
		program: 'chapter6/activationHistograms.ts',
		shows:
			'the activations of five layers, by the deviation of the first weights: at the ends, all alike, or spread as is good for learning.',
		run: async () => {
			const drawn = Object.entries({
				activationsOfSigmoid: await activationHistograms.draw('sigmoid'),
				activationsOfReLU: await activationHistograms.draw('ReLU'),
				activationsOfTanh: await activationHistograms.draw('tanh'),
			});
			return {
				said: drawn.map(([, { found }]) => found).join('; '),
				pictures: Object.fromEntries(drawn.map(([name, { picture: svg }]) => [name, svg])),
			};
		},
	},
	{
		title: 'Three kinds of first weights',
		program: 'chapter6/initialWeightCurves.ts',
		also: ['chapter6/initialWeights.ts'],
		shows: 'small first weights learn nothing, those of Xavier do, those of He faster.',
		short: 'Here 1,000 steps of the book’s 2,000.',
		run: () => picture('initialWeightCurves', initialWeightCurves.draw()),
	},
	{
		title: 'Batch normalisation, on and off',
		program: 'chapter6/batchNormalizationGrid.ts',
		also: ['chapter6/batchNormalization.ts'],
		shows:
			'with batch normalisation a net learns from first weights of most sizes, without it from few.',
		run: () => picture('batchNormalizationGrid', batchNormalizationGrid.draw()),
	},
	{
		title: 'Learning by heart',
		program: 'chapter6/overfitting.ts',
		also: ['chapter6/weightDecay.ts', 'chapter6/dropout.ts'],
		shows:
			'a net that is too large for its 300 images learns them by heart; less so with weight decay, and with dropout.',
		run: () => picture('overfitting', overfitting.draw()),
	},
	{
		title: 'Hyper-parameters at random',
		program: 'chapter6/searchPanels.ts',
		also: ['chapter6/hyperparameters.ts'],
		shows:
			'learning rates and weight decays drawn at random, judged by images that the net is not trained on.',
		short: 'Here 40 trials of the book’s 100.',
		run: () => picture('searchPanels', searchPanels.draw()),
	},
];

const chapter7: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Kernels before and after',
		program: 'chapter7/filters.ts',
		also: ['chapter7/simpleConvNet.ts'],
		shows:
			'the kernels of a convolution are noise before training, and have edges and blobs afterwards.',
		short: 'Here one epoch of the book’s twenty.',
		run: () => picture('filters', filters.draw()),
	},
	{
		title: 'A picture through kernels',
		program: 'chapter7/filteredPicture.ts',
		shows: 'what kernels that learnt digits make of a picture that has nothing to do with digits.',
		run: () => picture('filteredPicture', filteredPicture.draw()),
	},
];

const chapter8: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Digits that are read wrong',
		program: 'chapter8/mistakes.ts',
		also: ['chapter8/deepConvNet.ts'],
		shows: 'the twenty mistakes of which a deep convolutional net is surest.',
		short: 'Here one epoch; the book’s net learns for twenty.',
		run: () => picture('mistakes', mistakes.draw()),
	},
];

const training: readonly Omit<Program, 'chapter'>[] = [
	{
		title: 'Exclusive or',
		program: 'readme.ts',
		shows: 'the net of the first page: twenty lines that learn what no line can separate.',
	},
	{
		title: 'Training that goes on where it stopped',
		program: 'training/resume.ts',
		shows: 'a run that is interrupted and resumed from its checkpoint ends with the same bits.',
	},
	{
		title: 'Checkpoints that a kill does not harm',
		program: 'training/saveOften.ts',
		shows: 'a file that is written again and again is whole whenever the process is killed.',
	},
	{
		title: 'Training in a worker',
		program: 'training/inWorker.ts',
		shows: 'training beside the main thread, with progress told to it.',
	},
];

/** The programs in order. */
export const programs: readonly Program[] = Object.entries({
	'Chapter 2: perceptrons': chapter2,
	'Chapter 3: neural networks': chapter3,
	'Chapter 4: learning': chapter4,
	'Chapter 5: backpropagation': chapter5,
	'Chapter 6: techniques of learning': chapter6,
	'Chapter 7: convolutional nets': chapter7,
	'Chapter 8: deep learning': chapter8,
	'The second shelf: what people build, each checking its own result': nets,
	'Beside the book': training,
}).flatMap(([chapter, all]) => all.map((each) => ({ chapter, ...each })));
