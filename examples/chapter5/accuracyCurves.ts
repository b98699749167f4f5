// Chapter 5: learnt by backpropagation, digits never seen are read nearly as well as those learnt from.
import { loadMnist, trainTwoLayerNet } from '@pullback/mnist';
import { drawCurves } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';

/** The accuracies at the start and after each epoch of the book's recipe. */
export async function draw(iterations = 10_000): Promise<Shown> {
	const { history } = await trainTwoLayerNet(await loadMnist(), { iterations });
	const positions = history.map(({ epoch }) => epoch);
	const picture = await drawCurves(
		{
			'training images': { values: history.map(({ trainAccuracy }) => trainAccuracy), positions },
			'test images': { values: history.map(({ testAccuracy }) => testAccuracy), positions },
		},
		{ title: 'The share of digits read right', xLabel: 'epoch', yLabel: 'accuracy', range: [0, 1] },
	);
	const last = history.at(-1);
	return {
		picture,
		found: `after ${iterations} steps: ${last?.trainAccuracy.toFixed(4)} of the training images, ${last?.testAccuracy.toFixed(4)} of the test images`,
	};
}

if (process.argv[1] === import.meta.filename) await show(() => draw(300));
