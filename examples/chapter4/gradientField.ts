// Chapter 4: everywhere the gradient points the way that the function grows fastest; against it lies the way down.
import { grad, type Node, tensor } from '@pullback/core';
import { drawGradientField } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';

/** x0² + x1². */
export const bowl = (x0: Node, x1: Node): Node => x0.square().add(x1.square());

/** The gradient of the bowl, its sign changed, as arrows. */
export async function draw(): Promise<Shown> {
	const picture = await drawGradientField(bowl, {
		x: [-2, 2],
		y: [-2, 2],
		xLabel: 'x₀',
		yLabel: 'x₁',
		title: 'The way down in x₀² + x₁²',
	});
	const [x0, x1] = [tensor(3, { dtype: 'f64' }), tensor(4, { dtype: 'f64' })];
	const gradient = grad(bowl(x0, x1), [x0, x1]).map((part) => part.item());
	return { picture, found: `gradient at (3, 4): (${gradient.join(', ')})` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
