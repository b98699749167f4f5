import { type Data, type Node, topologicalOrder } from '@pullback/core';
import { Gradients, valuesOf } from './gradients.ts';
import { shownGradient, shownValue, typeText } from './numbers.ts';
import { Shadows } from './shadow.ts';
import type { Wire } from './wires.ts';

/** What is to be computed for a picture. */
export interface Wanted {
	/** The Nodes whose values are written. */
	readonly values: readonly Node[];
	/** The ways of values, each of which adds to a gradient. */
	readonly wires: readonly Wire[];
	/** The scalar whose gradients are written; null for none. What depends on symbols has none. */
	readonly gradientOf: Node | null;
}

/** What is written at the ways of values. */
export interface Written {
	/** The value of a Node, or its dtype and shape where it has none; a line each row. */
	value(node: Node): readonly string[];
	/** The gradient in a Node; nothing where no derivative reaches it. */
	gradient(node: Node): readonly string[];
	/** What each wire adds to the gradient of a value that has several. */
	readonly terms: ReadonlyMap<Wire, readonly string[]>;
}

/** Dtypes and shapes, and nothing that must be computed. */
export const typesAlone: Written = {
	value: (node) => [typeText(node)],
	gradient: () => [],
	terms: new Map(),
};

/** Values and gradients, computed at once and apart from the Nodes themselves. */
export function written({ values, wires, gradientOf }: Wanted): Written {
	const roots = gradientOf === null ? values : [...values, gradientOf];
	const shadows = new Shadows(topologicalOrder(roots));
	const known = shadows.valuesOf(values);
	const value = (node: Node): readonly string[] => {
		const data = known.get(node);
		return data === undefined ? [typeText(node)] : shownValue(node, data);
	};
	if (gradientOf === null || !shadows.isKnown(gradientOf)) return { ...typesAlone, value };
	const behind = new Set(topologicalOrder([gradientOf]));
	const usesBehind = wires.map((wire) => ({
		wire,
		uses: wire.uses.filter(({ user }) => behind.has(user)),
	}));
	const sources = new Set(values.filter((node) => behind.has(node)));
	const branches = usesBehind.filter(({ uses }) => uses.length > 0);
	for (const { uses } of branches) for (const { user } of uses) sources.add(user);
	const gradients = new Gradients((node) => shadows.of(node), gradientOf, [...sources]);
	const slopes = texts(values.map((node) => [node, gradients.slope(node)]));
	const ways = new Map<Node, number>();
	for (const { wire } of branches) ways.set(wire.value, (ways.get(wire.value) ?? 0) + 1);
	const terms = texts(
		branches
			.filter(({ wire }) => (ways.get(wire.value) ?? 0) > 1)
			.map(({ wire, uses }) => [wire, gradients.total(uses)]),
	);
	return { value, gradient: (node) => slopes.get(node) ?? [], terms };
}

/** Gradients in words, but for those that are not there. */
function texts<Key>(entries: readonly (readonly [Key, Node | null])[]): Map<Key, string[]> {
	const present = entries.flatMap(([key, node]) => (node === null ? [] : [{ key, node }]));
	const values = valuesOf(present.map(({ node }) => node));
	return new Map(
		present.map(({ key, node }, i) => [key, shownGradient(node, values[i] as Data)]), // one for each
	);
}
