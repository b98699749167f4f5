import type { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import { primitives } from '../../ops/primitives.ts';
import { elementCosts } from '../ir/elementCosts.ts';
import {
	baseOf,
	isAlias,
	isCheckedCast,
	isCopying,
	isLeaf,
	isOneHotScatter,
	isWholeQuotient,
	splatOf,
	viewBase,
} from '../nodes/kinds.ts';
import { ruleOf } from '../nodes/rules.ts';
import type { Recorder, StorageReason } from '../recorder.ts';

/** The highest cost, in additions, of a Node that each of several users computes again; a costlier one is stored. */
const maxSharedCost = 6;
/** The same of what is broadcast, which a user computes for every copy. */
const maxBroadcastCost = 4;
/** The largest expression, in Nodes: it bounds the size of functions and the depth of recursion. */
const maxExpressionNodes = 300;

/**
 * The Nodes to be stored in memory, in topological order: roots, what needs an algorithm of its own, operands
 * that must be memory, and what several users would compute again at a high price. All others become part of
 * their users' expressions.
 */
export function materialize(roots: readonly Node[], recorder?: Recorder): Set<Node> {
	const order = topologicalOrder(roots);
	const stored = new Set<Node>();
	const store = (node: Node): Node | null => {
		const holder = baseOf(node);
		if (isLeaf(holder)) return null;
		stored.add(holder);
		return holder;
	};
	for (const node of order)
		for (const needed of neededInMemory(node)) {
			const holder = store(needed);
			if (holder === null) continue;
			if (needed === node) recorder?.stored(holder, { kind: 'algorithm' });
			else recorder?.stored(holder, { kind: 'operand', user: node });
		}
	for (const root of roots) {
		const holder = store(root);
		if (holder !== null) recorder?.stored(holder, { kind: 'root' });
	}
	const limitOf = priceLimits(order);
	const costs = new Map<Node, Cost>();
	for (const node of order) {
		const cost = costOf(node, costs);
		const limit = isComputed(node) ? limitOf(node) : Infinity;
		if (cost.price > limit || cost.size > maxExpressionNodes) {
			const holder = store(node);
			if (holder !== null) recorder?.stored(holder, reasonOf(cost, limit));
		}
		costs.set(node, stored.has(node) ? loadCost : cost);
	}
	return new Set(order.filter((node) => stored.has(node)));
}

function reasonOf({ price, size }: Cost, limit: number): StorageReason {
	if (price <= limit) return { kind: 'expression', size, limit: maxExpressionNodes };
	return { kind: limit === maxBroadcastCost ? 'copies' : 'users', price, limit };
}

/** What must lie in memory for a Node to be computed: itself, or some of its inputs. */
function neededInMemory(node: Node): readonly Node[] {
	const { inputs } = node;
	switch (ruleOf(node).kind) {
		case 'matmul':
		case 'convolution':
			return [node, ...inputs.map(viewBase)];
		case 'gather':
			return [...inputs.slice(0, 1).map(viewBase), ...inputs.slice(1)];
		case 'scatterAdd':
			return isOneHotScatter(node) ? inputs.slice(1) : [node, ...inputs];
		case 'random':
		case 'checked':
			return inputs;
		case 'after':
			return [node, ...inputs.slice(1)];
		case 'along':
			return [node, ...inputs];
		case 'reduction':
		case 'regions':
			return [node];
		case 'element':
			if (isCheckedCast(node)) return inputs;
			if (isWholeQuotient(node)) return inputs.slice(1);
			return node.primitive === primitives.pow && node.dtype === 'i32' ? inputs.slice(1) : [];
		case 'view':
			return isAlias(node) ? inputs : [];
		default:
			return [];
	}
}

/** What computing a Node takes each time: about so many additions, in an expression of so many Nodes. */
interface Cost {
	readonly price: number;
	readonly size: number;
}

/** The cost of loading an element. */
const loadCost: Cost = { price: 1, size: 1 };

function costOf(node: Node, costs: ReadonlyMap<Node, Cost>): Cost {
	if (isLeaf(node)) return splatOf(node) === null ? loadCost : { price: 0, size: 1 };
	let price = ownPrice(node);
	let size = 1;
	for (const input of node.inputs) {
		const below = costs.get(input);
		price += below?.price ?? 0;
		size += below?.size ?? 0;
	}
	return { price, size };
}

function ownPrice(node: Node): number {
	const rule = ruleOf(node);
	switch (rule.kind) {
		case 'element':
			return rule.cost;
		case 'random':
			return elementCosts.threefry;
		case 'view':
		case 'same':
		case 'checked':
			return 0;
		default:
			return 1;
	}
}

/** Whether a Node's elements are the result of some work, rather than elements of its inputs. */
function isComputed(node: Node): boolean {
	const { kind } = ruleOf(node);
	return kind === 'element' || kind === 'random' || kind === 'scatterAdd';
}

/** The price from which on a Node is better stored: each of its users would pay it, or every copy. */
function priceLimits(order: readonly Node[]): (node: Node) => number {
	const users = new Map<Node, number>();
	const copied = new Set<Node>();
	for (const node of order) {
		for (const input of new Set(node.inputs)) users.set(input, (users.get(input) ?? 0) + 1);
		if (isCopying(node)) for (const x of node.inputs) copied.add(viewBase(x));
	}
	return (node) =>
		copied.has(node) ? maxBroadcastCost : (users.get(node) ?? 0) > 1 ? maxSharedCost : Infinity;
}
