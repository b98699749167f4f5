// Chapter 7: the kernels of a convolution are noise before training; afterwards they have edges and blobs.
import { drawFilters } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { filtersOf, simpleConvNet, train } from './simpleConvNet.ts';

/** The thirty kernels of 5 by 5, before and after so many steps. */
export async function draw(steps = 600): Promise<Shown> {
	const net = simpleConvNet(0);
	const before = filtersOf(net);
	let accuracy = 0;
	for await (accuracy of train(net, steps));
	const picture = await drawFilters(
		{ 'before training': before, [`after ${steps} steps`]: filtersOf(net) },
		{ columns: 6, title: 'The kernels of the first convolution' },
	);
	return { picture, found: `after ${steps} steps ${accuracy} of the test images are read right` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
