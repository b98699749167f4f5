// Chapter 6: the losses of the same net on digits from three kinds of first weights.
import { drawCurves } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { lossesByInitialWeights } from './initialWeights.ts';

/** The losses, smoothed. */
export async function draw(steps = 1000): Promise<Shown> {
	const losses = await lossesByInitialWeights(steps);
	const picture = await drawCurves(losses, {
		title: 'Losses on MNIST from three kinds of first weights',
		yLabel: 'cross-entropy',
		range: [0, 2.5],
		smooth: true,
	});
	const ends = Object.entries(losses).map(([name, all]) => {
		const last = all.slice(-100);
		return `${name} ${(last.reduce((sum, loss) => sum + loss, 0) / last.length).toFixed(4)}`;
	});
	return { picture, found: `mean loss of the last 100 of ${steps} batches: ${ends.join(', ')}` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
