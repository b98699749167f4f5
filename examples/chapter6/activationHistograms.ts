// Chapter 6: how far the first weights spread decides what is left of a signal after five layers.
import {
	matmul,
	type Node,
	normal,
	randomKey,
	relu,
	sigmoid,
	splitKey,
	tanh,
} from '@pullback/core';
import { drawHistograms } from '@pullback/pictures';
import { type Shown, show } from '../shown.ts';

const nodes = 100;
const layers = 5;

/** The standard deviations of first weights, by what they are called. */
const spreads = {
	'deviation 1': 1,
	'deviation 0.01': 0.01,
	Xavier: Math.sqrt(1 / nodes),
	He: Math.sqrt(2 / nodes),
} as const;

const activations = { sigmoid, ReLU: relu, tanh } as const;

/** What leaves each of five layers of 100, for 1000 random inputs. */
export function signals(activation: (x: Node) => Node, spread: number): Node[] {
	const keys = splitKey(randomKey(0), layers + 1);
	let x = normal(keys.slice(layers), [1000, nodes]);
	return Array.from({ length: layers }, (_, layer) => {
		const weight = normal(keys.slice(layer), [nodes, nodes]).mul(spread);
		x = activation(matmul(x, weight));
		return x;
	});
}

/** A row of five histograms for each kind of first weights. */
export async function draw(name: keyof typeof activations): Promise<Shown> {
	const rows = Object.entries(spreads).map(
		([kind, spread]) => [kind, signals(activations[name], spread)] as const,
	);
	const tensors = Object.fromEntries(
		rows.flatMap(([kind, outputs]) =>
			outputs.map((output, i) => [`${kind}, layer ${i + 1}`, output]),
		),
	);
	const picture = await drawHistograms(tensors, {
		columns: layers,
		// Those of ReLU have no end that all would share.
		range: name === 'ReLU' ? 'own' : name === 'tanh' ? [-1, 1] : [0, 1],
		width: 150,
		height: 80,
		title: `What leaves five layers of ${name}, by their first weights`,
	});
	const ends = rows.map(
		([kind, outputs]) => `${kind} ${outputs.at(-1)?.std().item().toPrecision(3)}`,
	);
	return {
		picture,
		found: `${name}: the standard deviation of what leaves the fifth layer: ${ends.join(', ')}`,
	};
}

if (process.argv[1] === import.meta.filename) await show(() => draw('sigmoid'));
