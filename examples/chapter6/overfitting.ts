// Chapter 6: learnt by heart, learnt with weight decay, learnt with dropout.
import { drawCurvePanels } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import type { Accuracies } from './deepNet.ts';
import { learn as learnWithDropout } from './dropout.ts';
import { learn as learnWithDecay } from './weightDecay.ts';

/** Three panels: a net of seven layers that learns 300 images. */
export async function draw(epochs = 200, dropoutEpochs = 300): Promise<Shown> {
	const every = 5;
	const runs = {
		plain: await gathered(learnWithDecay(0, epochs, every)),
		'weight decay 0.1': await gathered(learnWithDecay(0.1, epochs, every)),
		'dropout 0.2': await gathered(learnWithDropout(0.2, dropoutEpochs, every)),
	};
	const panels = Object.entries(runs).map(([name, points]) => {
		const positions = points.map(({ epoch }) => epoch);
		const curve = (of: 'train' | 'test') => ({
			values: points.map((point) => point[of]),
			positions,
		});
		return [name, { '300 training images': curve('train'), '10,000 test images': curve('test') }];
	});
	const picture = await drawCurvePanels(Object.fromEntries(panels), {
		title: 'Learning 300 images by heart, and two ways not to',
		xLabel: 'epoch',
		yLabel: 'accuracy',
		range: [0, 1],
		columns: 3,
		width: 230,
		height: 170,
	});
	const ends = Object.entries(runs).map(([name, points]) => {
		const { train = 0, test = 0 } = points.at(-1) ?? {};
		return `${name} ${train.toFixed(3)} and ${test.toFixed(3)}`;
	});
	return {
		picture,
		found: `read right of training images and test images in the end: ${ends.join('; ')}`,
	};
}

type Point = Accuracies & { readonly epoch: number };

async function gathered(points: AsyncIterable<Point>): Promise<Point[]> {
	const all: Point[] = [];
	for await (const point of points) all.push(point);
	return all;
}

if (process.argv[1] === import.meta.filename) await show(draw);
