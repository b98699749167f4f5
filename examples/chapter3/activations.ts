// Chapter 3: the step of the perceptron, the smooth sigmoid, and ReLU, side by side.
import { grad, linspace, type Node, relu, sigmoid, step } from '@pullback/core';

const activations: Readonly<Record<string, (x: Node) => Node>> = { step, sigmoid, relu };

/** Values and slopes of each activation at evenly spaced points from -5 to 5. */
export function compareActivations(
	points = 11,
): { name: string; values: number[]; slopes: number[] }[] {
	const x = linspace(-5, 5, points, { dtype: 'f64' });
	return Object.entries(activations).map(([name, activation]) => {
		const y = activation(x);
		const [slope] = grad(y.sum(), [x]);
		return { name, values: [...y.data()], slopes: [...slope.data()] };
	});
}

/** A curve in one line of text, from its own lowest value to its highest. */
function plot(values: readonly number[]): string {
	const bars = [...'▁▂▃▄▅▆▇█'];
	const low = Math.min(...values);
	const height = Math.max(...values) - low || 1;
	return values.map((y) => bars[Math.round(((y - low) / height) * (bars.length - 1))]).join('');
}

if (process.argv[1] === import.meta.filename) {
	for (const { name, values, slopes } of compareActivations()) {
		console.log(`${name.padEnd(8)} ${values.map((y) => y.toFixed(3).padStart(6)).join(' ')}`);
		console.log(`${'  slope'.padEnd(8)} ${slopes.map((y) => y.toFixed(3).padStart(6)).join(' ')}`);
	}
	for (const { name, values, slopes } of compareActivations(41))
		console.log(`${name.padEnd(8)} ${plot(values)}  slope ${plot(slopes)}`);
	console.log('Only the step has no slope to learn by.');
}
