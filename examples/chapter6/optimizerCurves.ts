// Chapter 6: the losses of the same net on digits by four optimisers.
import { drawCurves } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { lossesByOptimizer } from './optimizers.ts';

/** The losses, smoothed. */
export async function draw(steps = 1000): Promise<Shown> {
	const losses = await lossesByOptimizer(steps);
	const picture = await drawCurves(losses, {
		title: 'Losses on MNIST by four optimisers',
		yLabel: 'cross-entropy',
		range: [0, 1],
		scale: 'linear',
		smooth: true,
	});
	const ends = Object.entries(losses).map(([name, all]) => `${name} ${meanOfLast(all).toFixed(4)}`);
	return { picture, found: `mean loss of the last 100 of ${steps} batches: ${ends.join(', ')}` };
}

/** The mean of the last hundred. */
function meanOfLast(losses: readonly number[]): number {
	const last = losses.slice(-100);
	return last.reduce((sum, loss) => sum + loss, 0) / last.length;
}

if (process.argv[1] === import.meta.filename) await show(draw);
