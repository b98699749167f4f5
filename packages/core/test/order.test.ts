import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, type Node, neg, tensor, topologicalOrder } from '../src/index.ts';

/** Graphs in which every Node takes any two earlier ones: sharing, fan-out and dead branches. */
const graphs = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 30 }).map((pairs) => {
	const nodes: Node[] = [tensor(1), tensor(2)];
	for (const [i, j] of pairs)
		nodes.push(add(nodes[i % nodes.length] ?? 0, nodes[j % nodes.length] ?? 0));
	return nodes;
});

test('an order holds every ancestor of the outputs once, inputs before users', () => {
	fc.assert(
		fc.property(graphs, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (nodes, picks) => {
			const outputs = picks.map((pick) => nodes[pick % nodes.length] as Node); // in range by the modulus
			const order = topologicalOrder(outputs);
			const place = new Map(order.map((node, i) => [node, i]));
			expect(place.size).toBe(order.length);
			for (const output of outputs) expect(place.has(output)).toBe(true);
			for (const [i, node] of order.entries())
				for (const input of node.inputs) expect(place.get(input)).toBeLessThan(i);
			const reachable = new Set<Node>(outputs);
			for (const node of reachable) for (const input of node.inputs) reachable.add(input);
			expect(new Set(order)).toEqual(reachable);
		}),
	);
});

test('one output may be an ancestor of another, in either order', () => {
	const x = tensor(1);
	const [a, b] = [neg(x), neg(neg(x))];
	for (const outputs of [
		[a, b],
		[b, a],
		[b, b, x, a],
	])
		expect(new Set(topologicalOrder(outputs)).size).toBe(topologicalOrder(outputs).length);
});

test('what is only needed by a stopped Node is left out', () => {
	const x = tensor(1);
	const y = neg(x);
	const z = add(y, 1);
	expect(topologicalOrder([z], (node) => node === y)).not.toContain(x);
});
