// Chapter 2: perceptrons compute logic gates; exclusive or takes two layers of them.
import { dot, type Node, stack, step, tensor } from '@pullback/core';

/** A perceptron of two inputs: 1 where the weighted sum exceeds the threshold, which is minus the bias. */
function perceptron(weights: readonly [number, number], bias: number): (x: Node) => Node {
	return (x) => step(dot(x, weights).add(bias));
}

export const and = perceptron([0.5, 0.5], -0.7);
export const nand = perceptron([-0.5, -0.5], 0.7);
export const or = perceptron([0.5, 0.5], -0.2);

/** The first layer says that one input holds, and that not both do; the second that both of these hold. */
export function xor(x: Node): Node {
	return and(stack([nand(x), or(x)]));
}

/** The gate's output for the inputs 00, 01, 10 and 11. */
export function truthTable(gate: (x: Node) => Node): number[] {
	return [
		[0, 0],
		[0, 1],
		[1, 0],
		[1, 1],
	].map((x) => gate(tensor(x)).item());
}

if (process.argv[1] === import.meta.filename)
	for (const [name, gate] of Object.entries({ and, nand, or, xor }))
		console.log(`${name.padEnd(5)} of 00, 01, 10, 11: ${truthTable(gate).join(', ')}`);
