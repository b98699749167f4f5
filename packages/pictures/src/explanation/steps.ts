import { type Data, type DType, evaluate, type Node, onesLike, type Shape } from '@pullback/core';
import { inspection } from '@pullback/core/arguments';
import { Gradients, type Use } from '../graph/gradients.ts';
import { elementsOf } from '../graph/shadow.ts';
import { expressionOf, formulaOf } from './formulas.ts';
import type { Route } from './route.ts';

/** A tensor of numbers. */
export interface Value {
	readonly shape: Shape;
	readonly dtype: DType;
	readonly data: Data;
}

/** What the Nodes of a route are called. */
export type NameOf = (node: Node) => string;

/**
 * One step of the chain rule: from the gradient in a Node to what that adds to the gradient in one of its inputs. Computed
 * when somebody looks, as there may be many.
 */
export class GradientStep {
	readonly #use: Use;
	readonly #product: Node;
	readonly #gradients: Gradients;
	readonly #nameOf: NameOf;
	readonly #branches: ReadonlyMap<Node, number>;
	/** The Node of the graph of y. */
	readonly node: Node;
	/** The input of that Node. */
	readonly input: Node;
	/** Which of the steps to this input it is, from 1. */
	readonly branch: number;

	/** `original`: what a Node of the route stands in for; `branches`: how many steps there are to each input, once all are made. */
	constructor(
		use: Use,
		original: (standIn: Node) => Node,
		product: Node,
		branch: number,
		branches: ReadonlyMap<Node, number>,
		gradients: Gradients,
		nameOf: NameOf,
	) {
		this.#use = use;
		this.#product = product;
		this.branch = branch;
		this.#branches = branches;
		this.#gradients = gradients;
		this.#nameOf = nameOf;
		this.node = original(use.user);
		this.input = original(this.#input);
	}

	/** How many steps there are to this input. */
	get branches(): number {
		return this.#branches.get(this.#input) ?? 1;
	}

	/** What the Node is called. */
	get from(): string {
		return this.#nameOf(this.#use.user);
	}

	/** What the input is called. */
	get to(): string {
		return this.#nameOf(this.#input);
	}

	/** The name of the primitive. */
	get operation(): string {
		return this.#use.user.primitive.name;
	}

	/** How the Node is computed, such as `apple × tax`. */
	get expression(): string {
		return expressionOf(this.#use.user, this.#nameOf);
	}

	/** The local derivative as a formula, such as `tax`; of what is no product of elements, in words of the gradient g. */
	get formula(): string {
		return formulaOf(this.#use.user, this.#use.index, this.#nameOf).text;
	}

	/** The value of the local derivative, the shape of the Node; null where it is no factor of each element. */
	get local(): Value | null {
		const { user, index } = this.#use;
		if (!formulaOf(user, index, this.#nameOf).isFactor) return null;
		const local = this.#gradients.pulled(user, onesLike(user))[index];
		return local ? computed(local) : null;
	}

	/** The gradient of y in the Node. */
	get upstream(): Value {
		return this.#gradientIn(this.#use.user);
	}

	/** What the step adds to the gradient of y in the input: of factors, the product of both. */
	get product(): Value {
		return computed(this.#product);
	}

	/** The gradient of y in the input, the sum of the products of all branches. */
	get total(): Value {
		return this.#gradientIn(this.#input);
	}

	toString(): string {
		return `${this.from} = ${this.expression}: to ${this.to} by ${this.formula}`;
	}

	get #input(): Node {
		const input = this.#use.user.inputs[this.#use.index];
		if (input === undefined) throw new Error('internal: a step leads nowhere');
		return input;
	}

	#gradientIn(node: Node): Value {
		const slope = this.#gradients.slope(node);
		if (slope === null) throw new Error('internal: a step has no gradient');
		return computed(slope);
	}

	static {
		Object.defineProperty(GradientStep.prototype, inspection, {
			value(this: GradientStep): string {
				return this.toString();
			},
		});
	}
}

/** A step, and the use of a Node by another that it passes. */
export interface StepAtUse {
	readonly use: Use;
	readonly step: GradientStep;
}

/** The steps from y back to x, those of a Node before those of its inputs; what Nodes are called is for `nameOf` to say. */
export function stepsOf({ order, y, standIns }: Route, nameOf: NameOf): StepAtUse[] {
	if (order.length === 0) return [];
	const originals = new Map([...standIns].map(([node, standIn]) => [standIn, node]));
	const original = (standIn: Node): Node => originals.get(standIn) ?? standIn;
	const gradients = new Gradients((node) => node, y, order);
	const branches = new Map<Node, number>();
	const steps: StepAtUse[] = [];
	for (let at = order.length - 1; at >= 0; at--) {
		const user = order[at] as Node; // at is in range
		for (const [index, input] of user.inputs.entries()) {
			// None beside the route: what is not on it has no gradient here.
			if (gradients.slope(input) === null) continue;
			const use = { user, index };
			const product = gradients.term(use);
			if (product === null) continue;
			const branch = (branches.get(input) ?? 0) + 1;
			branches.set(input, branch);
			const step = new GradientStep(use, original, product, branch, branches, gradients, nameOf);
			steps.push({ use, step });
		}
	}
	return steps;
}

/** The value of a Node. */
export function computed(node: Node): Value {
	evaluate([node]);
	return { shape: node.shape, dtype: node.dtype, data: elementsOf(node) };
}
