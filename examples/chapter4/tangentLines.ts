// Chapter 4: a derivative is the slope of the line that touches the curve.
import { grad, tensor } from '@pullback/core';
import { drawFunctions } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';
import { parabola } from './numericalGradient.ts';

/** 0.01 x² + 0.1 x with its tangent lines at 5 and 10. */
export async function draw(): Promise<Shown> {
	const picture = await drawFunctions(
		{ '0.01 x² + 0.1 x': parabola },
		{ x: [0, 20], y: [-1, 6], tangentsAt: [5, 10], title: 'Tangent lines' },
	);
	const x = tensor([5, 10], { dtype: 'f64' });
	const [slopes] = grad(parabola(x).sum(), [x]);
	return { picture, found: `slopes at 5 and 10: ${slopes.data().join(', ')}` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
