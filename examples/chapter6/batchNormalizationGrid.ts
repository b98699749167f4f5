// Chapter 6: with batch normalisation and without it, from first weights of sixteen sizes.
import { drawCurvePanels } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { type Curves, compare, scales } from './batchNormalization.ts';

/** Sixteen panels, from the largest weights to the smallest. */
export async function draw(epochs = 20): Promise<Shown> {
	const all: [std: number, curves: Curves][] = [];
	for (const std of scales) all.push([std, await compare(std, epochs)]);
	const panels = all.map(([std, { normalized, plain }]) => [
		`deviation ${std.toPrecision(2)}`,
		{ 'with batch normalisation': [...normalized], without: [...plain] },
	]);
	const picture = await drawCurvePanels(Object.fromEntries(panels), {
		title: 'Accuracy on 1,000 training images, by the size of the first weights',
		xLabel: 'epoch',
		yLabel: 'accuracy',
		range: [0, 1],
		columns: 4,
	});
	const learnt = (curve: 'normalized' | 'plain'): number =>
		all.filter(([, curves]) => (curves[curve].at(-1) ?? 0) >= 0.85).length;
	return {
		picture,
		found: `after ${epochs} epochs 0.85 is reached from ${learnt('normalized')} of 16 sizes with batch normalisation, from ${learnt('plain')} without`,
	};
}

if (process.argv[1] === import.meta.filename) await show(draw);
