import { apply, type Data, gradOrNull, type Node, topologicalOrder } from '@pullback/core';
import { constant } from '@pullback/core/arguments';
import { isFloating } from '../graph/gradients.ts';
import { Shadows } from '../graph/shadow.ts';

/** The part of a graph through which a derivative passes, recorded apart: what it takes from beside is there as constants. */
export interface Route {
	/** The Nodes between x and y, both among them, inputs before users; none if no derivative passes. */
	readonly order: readonly Node[];
	readonly y: Node;
	readonly x: Node;
	/** What stands here for a Node of the graph; none for what is not needed. */
	readonly standIns: ReadonlyMap<Node, Node>;
}

/** The route from y back to x. Throws TypeError where there are no values. */
export function routeBetween(operation: string, y: Node, x: Node): Route {
	// Its errors tell of paths that were lost.
	const [slope] = gradOrNull(y, [x]);
	const order = topologicalOrder([y, x]);
	const shadows = new Shadows(order);
	for (const [name, node] of [
		['y', y],
		['x', x],
	] as const)
		if (!shadows.isKnown(node))
			throw new TypeError(
				`${operation}: ${name} is symbolic: it has no value while a function is compiled or mapped; explain it outside`,
			);
	const between = slope === null ? new Set<Node>() : nodesBetween(order, y, x);
	const needed = new Set<Node>([y, x, ...between]);
	for (const node of between) if (node !== x) for (const input of node.inputs) needed.add(input);
	const apart = order.filter((node) => needed.has(node));
	const values = shadows.valuesOf(apart);
	const standIns = new Map<Node, Node>();
	const standInOf = (node: Node): Node => standIns.get(node) ?? node;
	for (const node of apart) {
		const value = values.get(node);
		if (value === undefined) throw new Error('internal: a Node has no value');
		const isLeaf = node === x || !between.has(node);
		standIns.set(node, isLeaf ? leafOf(node, value) : copyOf(node, value, standInOf));
	}
	return {
		order: order.filter((node) => between.has(node)).map(standInOf),
		y: standInOf(y),
		x: standInOf(x),
		standIns,
	};
}

/** The Nodes through which a derivative may pass from y to x. */
function nodesBetween(order: readonly Node[], y: Node, x: Node): Set<Node> {
	const behind = new Set<Node>([x]);
	for (const node of order)
		if (isFloating(node) && passes(node).some((input) => behind.has(input))) behind.add(node);
	const between = new Set<Node>([y]);
	for (let i = order.length - 1; i >= 0; i--) {
		const node = order[i] as Node; // i is in range
		if (!between.has(node) || node === x) continue;
		for (const input of passes(node)) if (behind.has(input)) between.add(input);
	}
	return between;
}

function passes({ primitive, inputs }: Node): readonly Node[] {
	return primitive.name === 'stopGradient' ? [] : inputs;
}

/** A leaf as it is, as it has a name; of all else its value. */
function leafOf(node: Node, value: Data): Node {
	if (node.inputs.length === 0) return node;
	return constant(value, node.shape, node.dtype);
}

function copyOf(node: Node, value: Data, standInOf: (input: Node) => Node): Node {
	const copy = apply(node.primitive, node.inputs.map(standInOf), node.params);
	copy.value = value;
	return copy;
}
