// Chapter 4: gradient descent walks down the bowl, each step a tenth of the gradient.
import { grad, tensor } from '@pullback/core';
import { drawContours } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { bowl } from './gradientField.ts';

/** The positions from (-3, 4) on. */
export function descend(learningRate = 0.1, steps = 20): [x0: number, x1: number][] {
	let [x0, x1] = [tensor(-3, { dtype: 'f64' }), tensor(4, { dtype: 'f64' })];
	const path: [number, number][] = [[x0.item(), x1.item()]];
	for (let i = 0; i < steps; i++) {
		const [down0, down1] = grad(bowl(x0, x1), [x0, x1]);
		// Detached, as a position need not remember how it was reached.
		[x0, x1] = [x0.sub(down0.mul(learningRate)).detach(), x1.sub(down1.mul(learningRate)).detach()];
		path.push([x0.item(), x1.item()]);
	}
	return path;
}

/** Twenty steps on the contours of the bowl. */
export async function draw(): Promise<Shown> {
	const picture = await drawContours(bowl, {
		x: [-4.5, 4.5],
		y: [-4.5, 4.5],
		paths: { 'gradient descent': descend() },
		xLabel: 'x₀',
		yLabel: 'x₁',
		width: 380,
		height: 380,
		title: 'Gradient descent in x₀² + x₁²',
	});
	const [end] = descend(0.1, 100).slice(-1);
	return { picture, found: `after 100 steps: (${end?.map((x) => x.toExponential(8)).join(', ')})` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
