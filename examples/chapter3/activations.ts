// Chapter 3: the step of the perceptron, the smooth sigmoid, and ReLU, side by side.
import { grad, linspace, type Node, relu, sigmoid, step } from '@pullback/core';

const activations: Readonly<Record<string, (x: Node) => Node>> = { step, sigmoid, relu };

/** Values and slopes of each activation from -5 to 5. */
export function compareActivations(): { name: string; values: number[]; slopes: number[] }[] {
	const x = linspace(-5, 5, 11, { dtype: 'f64' });
	return Object.entries(activations).map(([name, activation]) => {
		const y = activation(x);
		const [slope] = grad(y.sum(), [x]);
		return { name, values: [...y.data()], slopes: [...slope.data()] };
	});
}

if (process.argv[1] === import.meta.filename) {
	for (const { name, values, slopes } of compareActivations()) {
		console.log(`${name.padEnd(8)} ${values.map((y) => y.toFixed(3).padStart(6)).join(' ')}`);
		console.log(`${'  slope'.padEnd(8)} ${slopes.map((y) => y.toFixed(3).padStart(6)).join(' ')}`);
	}
	console.log('Only the step has no slope to learn by.');
}
