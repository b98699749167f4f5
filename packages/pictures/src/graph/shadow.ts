import { apply, type Data, evaluate, type Node } from '@pullback/core';
import { paramsOf } from './params.ts';

/**
 * Copies of Nodes, to compute and differentiate in: looking at the values of the Nodes themselves would have those of
 * integers forget what they were made of, and the next picture would be another. Leaves, and what is known, are shared.
 * Checks that numbers are finite are left out, for pictures are where one looks for the one that is not.
 */
export class Shadows {
	readonly #copies = new Map<Node, Node>();
	/** What depends on a symbol of a function that is traced or mapped, and so has no value. */
	readonly #symbolic = new Set<Node>();

	/** `order`: all Nodes to copy, inputs before users. */
	constructor(order: readonly Node[]) {
		for (const node of order) {
			const inputs = node.inputs.map((input) => this.of(input));
			this.#copies.set(node, copyOf(node, inputs));
			if (node.value !== null) continue;
			const isNone = inputs.length === 0 && isSymbol(node);
			if (isNone || node.inputs.some((input) => this.#symbolic.has(input)))
				this.#symbolic.add(node);
		}
	}

	/** The copy of a Node. */
	of(node: Node): Node {
		const copy = this.#copies.get(node);
		if (copy === undefined) throw new Error('internal: a Node has no copy');
		return copy;
	}

	/** Whether there is a copy. */
	has(node: Node): boolean {
		return this.#copies.has(node);
	}

	/** Whether a Node has a value. */
	isKnown(node: Node): boolean {
		return !this.#symbolic.has(node);
	}

	/** The values of those Nodes that have one. */
	valuesOf(nodes: readonly Node[]): Map<Node, Data> {
		const known = nodes.filter((node) => this.isKnown(node));
		const copies = known.map((node) => this.of(node));
		evaluate(copies);
		return new Map(known.map((node, i) => [node, elementsOf(copies[i] as Node)])); // one for each
	}
}

function copyOf(node: Node, inputs: readonly Node[]): Node {
	if (inputs.length === 0) return node;
	const [first] = inputs as readonly [Node]; // not empty
	if (node.primitive.name === 'checkFinite') return first;
	const copy = apply(node.primitive, inputs, node.params);
	copy.value = node.value;
	return copy;
}

/** Whether a leaf stands for a value that is not there while a function is traced or mapped. */
function isSymbol(leaf: Node): boolean {
	const { name } = leaf.primitive;
	return name === 'input' || (name === 'variable' && paramsOf(leaf).late === undefined);
}

/** The value of a Node that was evaluated. */
export function elementsOf(node: Node): Data {
	if (node.value === null) throw new Error('internal: a Node was not evaluated');
	return node.value;
}
