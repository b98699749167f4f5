import { type Data, evaluate, type Node, onesLike } from '@pullback/core';
import { Gradients, type Use } from '../graph/gradients.ts';
import { elementsOf } from '../graph/shadow.ts';
import { expressionOf, formulaOf } from './formulas.ts';
import type { Route } from './route.ts';

/** A tensor of numbers. */
export interface Value {
	readonly shape: readonly number[];
	readonly dtype: Node['dtype'];
	readonly data: Data;
}

/** One step of the chain rule: from the gradient in a Node to what that adds to the gradient in one of its inputs. */
export interface GradientStep {
	/** What the Node is called. */
	readonly from: string;
	/** What the input is called. */
	readonly to: string;
	/** The name of the primitive. */
	readonly operation: string;
	/** How the Node is computed, such as `apple × tax`. */
	readonly expression: string;
	/** The local derivative as a formula, such as `tax`; of what is no product of elements, in words of the gradient g. */
	readonly formula: string;
	/** The value of the local derivative, the shape of the Node; null where it is no factor of each element. */
	readonly local: Value | null;
	/** The gradient of y in the Node. */
	readonly upstream: Value;
	/** What the step adds to the gradient of y in the input: of factors, the product of both. */
	readonly product: Value;
	/** Which of the steps to this input it is, from 1, and how many there are. */
	readonly branch: number;
	readonly branches: number;
	/** The gradient of y in the input, the sum of the products of all branches. */
	readonly total: Value;
}

/** A step, and the use of a Node by another that it passes. */
export interface StepAtUse {
	readonly use: Use;
	readonly step: GradientStep;
}

/** The steps from y back to x, those of a Node before those of its inputs; what Nodes are called is for `nameOf` to say. */
export function stepsOf({ order, y }: Route, nameOf: (node: Node) => string): StepAtUse[] {
	if (order.length === 0) return [];
	const gradients = new Gradients((node) => node, y, order);
	const passed = new Set(order);
	const planned: Planned[] = [];
	const branches = new Map<Node, number>();
	for (let at = order.length - 1; at >= 0; at--) {
		const node = order[at] as Node; // at is in range
		const upstream = gradients.slope(node);
		if (upstream === null) continue;
		const locals = gradients.pulled(node, onesLike(node));
		for (const [index, input] of node.inputs.entries()) {
			const product = passed.has(input) ? gradients.term({ user: node, index }) : null;
			const total = product === null ? null : gradients.slope(input);
			if (product === null || total === null) continue;
			const branch = (branches.get(input) ?? 0) + 1;
			branches.set(input, branch);
			const formula = formulaOf(node, index, nameOf);
			const local = formula.isFactor ? (locals[index] ?? null) : null;
			planned.push({
				use: { user: node, index },
				input,
				formula: formula.text,
				local,
				upstream,
				product,
				total,
				branch,
			});
		}
	}
	evaluate(
		planned.flatMap(({ local, upstream, product, total }) =>
			[local, upstream, product, total].filter((each) => each !== null),
		),
	);
	return planned.map(({ use, input, formula, local, upstream, product, total, branch }) => ({
		use,
		step: {
			from: nameOf(use.user),
			to: nameOf(input),
			operation: use.user.primitive.name,
			expression: expressionOf(use.user, nameOf),
			formula,
			local: local === null ? null : valueOfNode(local),
			upstream: valueOfNode(upstream),
			product: valueOfNode(product),
			branch,
			branches: branches.get(input) ?? 1,
			total: valueOfNode(total),
		},
	}));
}

/** A step before it is computed. */
interface Planned {
	readonly use: Use;
	readonly input: Node;
	readonly formula: string;
	readonly local: Node | null;
	readonly upstream: Node;
	readonly product: Node;
	readonly total: Node;
	readonly branch: number;
}

/** The value of a Node that was evaluated. */
export function valueOfNode(node: Node): Value {
	return { shape: node.shape, dtype: node.dtype, data: elementsOf(node) };
}
