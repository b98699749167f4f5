// Activations and their slopes
// Functions of a Node are drawn with their derivatives, which come from the same graph.
import { drawFunctions } from '@pullback/pictures';

const functions = {
	sigmoid: (x) => x.sigmoid(),
	tanh: (x) => x.tanh(),
	gelu: (x) => x.gelu(),
	softplus: (x) => x.softplus(),
} satisfies Parameters<typeof drawFunctions>[0];

console.log(
	await drawFunctions(functions, {
		x: [-4, 4],
		slopes: true,
		title: 'Activations, and their slopes',
	}),
);
