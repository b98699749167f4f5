import { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import { primitives } from '../../ops/primitives.ts';
import { baseOf, isLeaf, splatOf } from '../nodes/kinds.ts';
import type { Recorder } from '../recorder.ts';

/** A rectified x: `where(x <= 0, 0, x)`. */
interface Rectified {
	readonly node: Node;
	readonly x: Node;
	/** x <= 0. */
	readonly condition: Node;
}

/**
 * The condition of a rectified linear unit asked of its result, where that is stored: `x <= 0` is `relu(x) <= 0`, for NaN
 * and zeros of either sign, too. So its derivative does not keep x, or compute it again, and the result may lie where x did.
 * `store` says which Nodes of a graph are stored.
 */
export function withStoredConditions(
	roots: readonly Node[],
	store: (roots: readonly Node[]) => ReadonlySet<Node>,
	recorder?: Recorder,
): Node[] {
	const order = topologicalOrder(roots);
	const found = order.flatMap((node) => rectifiedOf(node) ?? []);
	if (found.length === 0) return [...roots];
	const users = usersOf(order);
	const shared = found.filter(({ node, x, condition }) => {
		const others = users.get(x)?.some((user) => user !== node && user !== condition);
		return (users.get(condition)?.length ?? 0) > 1 && !others && !isLeaf(baseOf(x));
	});
	if (shared.length === 0) return [...roots];
	const stored = store(roots);
	const results = new Map<Node, Node>();
	for (const { node, condition } of shared) if (stored.has(node)) results.set(condition, node);
	const replaced = new Map<Node, Node>();
	const conditions = new Map<Node, Node>();
	for (const node of order) {
		const inputs = node.inputs.map((input) => {
			const result = results.get(input);
			if (result === undefined || result === node) return replaced.get(input) ?? input;
			const asked = conditions.get(input) ?? ofResult(input, replaced.get(result) ?? result);
			conditions.set(input, asked);
			return asked;
		});
		if (inputs.some((input, i) => input !== node.inputs[i]))
			replaced.set(node, new Node(node.primitive, inputs, node.params));
	}
	recorder?.replaced(new Map([...replaced, ...conditions]));
	return roots.map((root) => replaced.get(root) ?? root);
}

function rectifiedOf(node: Node): Rectified | null {
	const [condition, zero, x] = node.inputs;
	if (node.primitive !== primitives.where || !condition || !zero || !x) return null;
	const [compared, bound] = condition.inputs;
	const asks = condition.primitive === primitives.lessEqual && compared === x && bound;
	return asks && splatOf(bound) === 0 && splatOf(zero) === 0 ? { node, x, condition } : null;
}

/** The same comparison of another operand. */
function ofResult({ primitive, params, inputs: [, bound] }: Node, result: Node): Node {
	if (bound === undefined) throw new Error('internal: a comparison with nothing');
	return new Node(primitive, [result, bound], params);
}

function usersOf(order: readonly Node[]): Map<Node, Node[]> {
	const users = new Map<Node, Node[]>();
	for (const node of order)
		for (const input of new Set(node.inputs)) {
			const known = users.get(input);
			if (known === undefined) users.set(input, [node]);
			else known.push(node);
		}
	return users;
}
