// Chapter 6: the twenty best of a random search, the best first.
import { drawCurvePanels } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { search } from './hyperparameters.ts';

/** Twenty panels, of so many trials that learn for so many epochs. */
export async function draw(trials = 40, epochs = 50): Promise<Shown> {
	const found = await search(trials, epochs);
	const panels = found.slice(0, 20).map(({ history }, i) => [
		`best ${i + 1}`,
		{
			'training images': history.map(({ train }) => train),
			'validation images': history.map(({ validation }) => validation),
		},
	]);
	const picture = await drawCurvePanels(Object.fromEntries(panels), {
		title: `The twenty best of ${trials} learning rates and weight decays drawn at random`,
		xLabel: 'epoch',
		yLabel: 'accuracy',
		range: [0, 1],
		columns: 5,
	});
	const bests = found
		.slice(0, 3)
		.map(
			({ accuracy, learningRate, weightDecay }) =>
				`${accuracy.toFixed(2)} at a learning rate of ${learningRate.toPrecision(2)} and a weight decay of ${weightDecay.toPrecision(2)}`,
		);
	return { picture, found: `the best of ${trials}: ${bests.join('; ')}` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
