import { toNode } from '../../../packages/core/src/arguments.ts';
import { Node, Variable } from '../../../packages/core/src/index.ts';
import type { NodeDescription } from '../../../packages/pictures/src/index.ts';
import type { Recorded } from './recorded.ts';

/** The Nodes that the names of a program are bound to; Variables stand for theirs. */
export function namedNodes(values: ReadonlyMap<string, unknown>): Map<string, Node> {
	const nodes = new Map<string, Node>();
	for (const [name, value] of values) {
		if (value instanceof Node) nodes.set(name, value);
		if (value instanceof Variable) nodes.set(name, toNode('graph', value));
	}
	return nodes;
}

/** The names of expressions whose graph can be drawn, the one that is drawn unless told last. */
export function expressionsOf(
	nodes: ReadonlyMap<string, Node>,
	recordedAt: (node: Node) => Recorded | undefined,
): string[] {
	const rank = (node: Node): number => {
		if (!isScalar(node)) return 0;
		// Gradients are scalars, too, and mostly of less interest than what they are of.
		return recordedAt(node)?.isDerivative ? 1 : 2;
	};
	return [...nodes]
		.filter(([, { inputs }]) => inputs.length > 0)
		.map(([name, node], i) => ({ name, rank: rank(node), i }))
		.sort((a, b) => a.rank - b.rank || a.i - b.i)
		.map(({ name }) => name);
}

/** What an expression can be differentiated in, by name: what the program names, Variables first, then all other Variables. */
export function sourcesOf(
	y: Node,
	nodes: ReadonlyMap<string, Node>,
	described: readonly NodeDescription[],
): Map<string, Node> {
	if (!isScalar(y)) return new Map();
	const others = described.filter(({ node }) => node !== y && isFloating(node));
	const members = new Set(others.map(({ node }) => node));
	const sources = new Map<string, Node>();
	for (const isOfKind of [isVariable, isOtherLeaf, isMade])
		for (const [name, node] of nodes)
			if (members.has(node) && isOfKind(node)) sources.set(name, node);
	const named = new Set(sources.values());
	for (const { name, node } of others)
		if (isVariable(node) && !named.has(node)) sources.set(name, node);
	return sources;
}

function isVariable({ primitive }: Node): boolean {
	return primitive.name === 'variable';
}

function isMade({ inputs }: Node): boolean {
	return inputs.length > 0;
}

function isOtherLeaf(node: Node): boolean {
	return !isVariable(node) && !isMade(node);
}

/** Whether a Node has gradients. */
export function isScalar(node: Node): boolean {
	return node.shape.length === 0 && isFloating(node);
}

/** Whether a Node is a number that is called by its value. */
export function isNumber(node: Node): boolean {
	return node.shape.length === 0 && node.primitive.name === 'constant';
}

/** Whether a dtype holds gradients. */
function isFloating({ dtype }: Node): boolean {
	return dtype === 'f32' || dtype === 'f64';
}
