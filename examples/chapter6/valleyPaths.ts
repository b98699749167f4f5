// Chapter 6: the ways of four optimisers down a valley, drawn.
import { drawContours } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { descend } from './valley.ts';

const names = ['SGD', 'Momentum', 'AdaGrad', 'Adam'] as const;

/** Thirty steps of each from (-7, 2), on the contours of x² / 20 + y². */
export async function draw(): Promise<Shown> {
	const paths = Object.fromEntries(names.map((name) => [name, descend(name)]));
	const picture = await drawContours((x, y) => x.square().div(20).add(y.square()), {
		x: [-10, 10],
		y: [-5, 5],
		paths,
		separate: true,
		title: 'Four optimisers in x² / 20 + y²',
	});
	const ends = names.map(
		(name) =>
			`${name} (${paths[name]
				?.at(-1)
				?.map((x) => x.toFixed(4))
				.join(', ')})`,
	);
	return { picture, found: `after 30 steps: ${ends.join(', ')}` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
