import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { sizeOf } from '../graph/shape.ts';
import { primitives } from '../ops/primitives.ts';
import { identityMap } from './indexMap.ts';
import { ruleOf } from './rules.ts';
import { uniformOf } from './simplify.ts';

/** A Node worth more additions than this is computed once for all its users; a cheaper one by each of them. */
const dear = 6;
/** The same of what is broadcast: a user computes it for every copy. */
const dearForCopies = 4;
/** So many Nodes at the most are one expression, so that functions stay small and recursion shallow. */
const largestExpression = 300;

/** Whether a Node's elements lie in memory before the program begins. */
export function isLeaf(node: Node): boolean {
	return ruleOf(node).kind === 'leaf';
}

/** Whether a reshape has the same elements in the same order as its input, but no map to it by axes. */
export function isAlias(node: Node): boolean {
	const rule = ruleOf(node);
	return rule.kind === 'view' && rule.map(identityMap(node.shape), node.params, node) === null;
}

/** The Node whose memory holds the elements of `node`: itself, unless it is but another shape of its input. */
export function holderOf(node: Node): Node {
	let holder = node;
	while (isAlias(holder)) {
		const [input] = holder.inputs;
		if (input === undefined) throw new Error('internal: a view without input');
		holder = input;
	}
	return holder;
}

/** The Node at the end of a chain of views that keep the direction of every axis. */
export function viewBase(node: Node): Node {
	let base = node;
	while (ruleOf(base).kind === 'view' && !isAlias(base) && base.primitive !== primitives.flip) {
		const [input] = base.inputs;
		if (input === undefined) throw new Error('internal: a view without input');
		base = input;
	}
	return base;
}

/**
 * The Nodes to be stored in memory, in topological order: roots, what needs an algorithm of its own, operands
 * that must be memory, and what several users would compute again at a high price. All others become part of
 * their users' expressions.
 */
export function materialized(roots: readonly Node[]): Set<Node> {
	const order = topologicalOrder(roots);
	const stored = new Set<Node>();
	const store = (node: Node): void => {
		const holder = holderOf(node);
		if (!isLeaf(holder)) stored.add(holder);
	};
	const users = new Map<Node, number>();
	const copied = new Set<Node>();
	for (const node of order) {
		const rule = ruleOf(node);
		for (const input of new Set(node.inputs)) users.set(input, (users.get(input) ?? 0) + 1);
		const [x, y] = node.inputs;
		if (isAlias(node) && x !== undefined) store(x);
		switch (rule.kind) {
			case 'matmul':
				store(node);
				for (const input of node.inputs) store(viewBase(input));
				break;
			case 'gather':
				if (x) store(viewBase(x));
				if (y) store(y);
				break;
			case 'scatterAdd':
				if (y) store(y);
				if (!isSelection(node)) {
					if (x) store(x);
					store(node);
				}
				break;
			case 'random':
				if (x) store(x);
				break;
			case 'after':
				if (y) store(y);
				store(node);
				break;
			case 'along':
				if (x) store(x);
				store(node);
				break;
			case 'reduction':
			case 'regions':
				store(node);
				break;
			case 'element':
				if (node.primitive === primitives.pow && y && node.dtype === 'i32') store(y);
				break;
			case 'view':
				if (x && node.primitive === primitives.broadcast && sizeOf(node.shape) > sizeOf(x.shape))
					copied.add(viewBase(x));
		}
	}
	for (const root of roots) store(root);

	const costs = new Map<Node, { readonly cost: number; readonly size: number }>();
	for (const node of order) {
		const rule = ruleOf(node);
		if (isLeaf(node)) {
			costs.set(node, { cost: uniformOf(node) === null ? 1 : 0, size: 1 });
			continue;
		}
		let cost = rule.kind === 'element' ? rule.cost : rule.kind === 'random' ? 60 : 1;
		if (rule.kind === 'view' || rule.kind === 'same') cost = 0;
		let size = 1;
		for (const input of node.inputs) {
			const below = costs.get(input);
			cost += below?.cost ?? 0;
			size += below?.size ?? 0;
		}
		const several = (users.get(node) ?? 0) > 1;
		const limit = copied.has(node) ? dearForCopies : several ? dear : Infinity;
		const computed =
			rule.kind === 'element' || rule.kind === 'random' || rule.kind === 'scatterAdd';
		if ((computed && cost > limit) || size > largestExpression) store(node);
		costs.set(node, stored.has(node) ? { cost: 1, size: 1 } : { cost, size });
	}
	return new Set(order.filter((node) => stored.has(node)));
}

/** Whether a scatter adds at most one update to each element, so that it is a choice between that and 0. */
export function isSelection(node: Node): boolean {
	const { axis, batch } = node.params as { readonly axis: number; readonly batch: number }; // of a scatterAdd
	const [updates, indices] = node.inputs;
	if (updates === undefined || indices === undefined)
		throw new Error('internal: a scatter without inputs');
	return axis === batch && indices.shape.length === batch;
}
