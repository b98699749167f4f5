import { formatShape, type Node } from '@pullback/core';
import { DataFileError } from '@pullback/files';

/** The parameters of a layer, with the name of its weight in the file. */
export interface LayerArrays {
	readonly name: string;
	readonly weight: Node;
	/** Null for a layer without one. */
	readonly bias: Node | null;
}

/** Layers in the order in which they follow each other, and how they are named. */
export interface NamedLayers {
	/** `W1`, `b1` ... as in the book, or `layers.0.weight`, `layers.0.bias` ... as modules name them. */
	readonly naming: 'book' | 'modules';
	readonly layers: readonly LayerArrays[];
}

/** The two ways of naming: what a name is of, and how it is told. */
const namings = {
	book: { weight: /^W(\d+)$/, bias: (key: string) => `b${key}` },
	modules: { weight: /^(|.*\.)weight$/, bias: (key: string) => `${key}bias` },
} as const;

/** In a checkpoint, the part that the net is; the rest is the optimiser's. */
const netPart = 'model.';

/** The layers of a net by the names of arrays. Throws a DataFileError that tells the names that are not understood. */
export function layersOf(file: string, given: ReadonlyMap<string, Node>): NamedLayers {
	const arrays = ofNet(given);
	for (const naming of ['book', 'modules'] as const) {
		const { weight: pattern, bias: biasName } = namings[naming];
		const left = new Set(arrays.keys());
		const layers: (LayerArrays & { readonly key: string })[] = [];
		for (const [name, weight] of arrays) {
			const key = pattern.exec(name)?.[1];
			if (key === undefined) continue;
			const bias = arrays.get(biasName(key)) ?? null;
			left.delete(name);
			left.delete(biasName(key));
			layers.push({ key, name, weight, bias });
		}
		if (layers.length === 0) continue;
		if (left.size > 0)
			throw new DataFileError(
				file,
				`found ${shown(given)}; no layer that is known has ${[...left].slice(0, maxShown).join(', ')}`,
			);
		// Convolutions come before matrices; W10 after W9.
		const natural = new Intl.Collator('en', { numeric: true });
		layers.sort(
			(a, b) => b.weight.shape.length - a.weight.shape.length || natural.compare(a.key, b.key),
		);
		return { naming, layers };
	}
	throw new DataFileError(
		file,
		`found ${shown(given)}; needed W1, b1, W2, ... or names that end in weight and bias`,
	);
}

function ofNet(arrays: ReadonlyMap<string, Node>): ReadonlyMap<string, Node> {
	const net = [...arrays].filter(([name]) => name.startsWith(netPart));
	return net.length === 0
		? arrays
		: new Map(net.map(([name, array]) => [name.slice(netPart.length), array]));
}

/** The most arrays that an error names. */
const maxShown = 12;

/** Arrays as errors name them. */
export function shown(arrays: ReadonlyMap<string, Node>): string {
	const names = Array.from(arrays, ([name, { shape }]) => `${name} ${formatShape(shape)}`);
	if (names.length === 0) return 'no arrays';
	const more = names.length > maxShown ? ` and ${names.length - maxShown} more` : '';
	return `${names.slice(0, maxShown).join(', ')}${more}`;
}
