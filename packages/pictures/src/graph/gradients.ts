import { add, type Data, evaluate, gradOrNull, type Node } from '@pullback/core';
import { elementsOf } from './shadow.ts';

/** One use of a Node by another: the place among that one’s inputs. */
export interface Use {
	readonly user: Node;
	readonly index: number;
}

/** Whether a dtype holds gradients. */
export function isFloating({ dtype }: Node): boolean {
	return dtype === 'f32' || dtype === 'f64';
}

/** The gradients of a scalar in the Nodes of a graph, and what each use of a Node adds to them. */
export class Gradients {
	readonly #copyOf: (node: Node) => Node;
	/** By the Node; none where no derivative reaches. */
	readonly #slopes = new Map<Node, Node>();
	/** What all uses of an input by a Node add to its gradient, by that Node. */
	readonly #terms = new Map<Node, readonly (Node | null)[]>();

	/** `of`: the scalar; `nodes`: those to differentiate in, among the Nodes that it depends on; `copyOf`: what is computed instead. */
	constructor(copyOf: (node: Node) => Node, of: Node, nodes: readonly Node[]) {
		this.#copyOf = copyOf;
		const sources = nodes.filter((node) => isFloating(node));
		const slopes = gradOrNull(copyOf(of), sources.map(copyOf));
		for (const [i, node] of sources.entries()) {
			const slope = slopes[i];
			if (slope) this.#slopes.set(node, slope);
		}
	}

	/** The gradient in a Node; null where no derivative reaches it. */
	slope(node: Node): Node | null {
		return this.#slopes.get(node) ?? null;
	}

	/** What one use of a Node adds to its gradient, by the rule of its user; null if nothing. */
	term({ user, index }: Use): Node | null {
		let terms = this.#terms.get(user);
		if (terms === undefined) {
			const slope = this.slope(user);
			terms = slope === null ? [] : this.pulled(user, slope);
			this.#terms.set(user, terms);
		}
		return terms[index] ?? null;
	}

	/** The vector-Jacobian product of one Node with a cotangent, for each of its inputs. */
	pulled(node: Node, cotangent: Node): readonly (Node | null)[] {
		const { primitive, params } = node;
		const inputs = node.inputs.map(this.#copyOf);
		// What checks numbers has no copy of its own, and hands its gradient on.
		if (primitive.name === 'checkFinite') return [cotangent];
		return primitive.vjp(cotangent, inputs, this.#copyOf(node), params);
	}

	/** What several uses add together; null if nothing. */
	total(uses: readonly Use[]): Node | null {
		let sum: Node | null = null;
		for (const use of uses) {
			const term = this.term(use);
			if (term !== null) sum = sum === null ? term : add(sum, term);
		}
		return sum;
	}
}

/** The values of gradients, which are no Nodes of the user’s. */
export function valuesOf(nodes: readonly Node[]): Data[] {
	evaluate(nodes);
	return nodes.map(elementsOf);
}
