// Chapter 3: the curves of the step, the sigmoid and ReLU.
import { relu, sigmoid, step, tensor } from '@pullback/core';
import { drawFunctions } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';

/** The three functions from -6 to 6. */
export async function draw(): Promise<Shown> {
	const x = tensor([-1, 1, 2], { dtype: 'f64' });
	const picture = await drawFunctions(
		{ step, sigmoid, ReLU: relu },
		{ x: [-6, 6], y: [-0.2, 2.2], title: 'Activation functions' },
	);
	const values = [...sigmoid(x).data()].map((y) => y.toFixed(8));
	return { picture, found: `sigmoid of −1, 1 and 2: ${values.join(', ')}` };
}

if (process.argv[1] === import.meta.filename) await show(draw);
