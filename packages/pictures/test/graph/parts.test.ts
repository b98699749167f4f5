import { type Node, topologicalOrder } from '@pullback/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folded } from '../../src/graph/fold.ts';
import { movedTogether } from '../../src/graph/movement.ts';
import { type Part, partByNode, partsOf } from '../../src/graph/parts.ts';
import { wiringOf } from '../../src/graph/wires.ts';
import { graphs } from './graphs.ts';

const unnamed = (): boolean => false;

function partsFor(outputs: readonly Node[], isNamed: (node: Node) => boolean = unnamed): Part[] {
	const order = topologicalOrder(outputs);
	return partsOf(order, movedTogether(order, outputs, isNamed), null, () => true);
}

/** How many uses of Nodes lie between different parts. */
function usesBetween(parts: readonly Part[]): number {
	const partOf = partByNode(parts);
	return parts
		.flatMap((part) => part.nodes.flatMap((node) => node.inputs.map((input) => [part, input])))
		.filter(([part, input]) => partOf.get(input as Node) !== part).length;
}

test('every Node of a graph is in one part, folded or not, and inputs come before users', () => {
	fc.assert(
		fc.property(graphs, fc.integer({ min: 3, max: 12 }), ({ output, nodes }, most) => {
			const outputs = [output, nodes[0] as Node]; // there is one
			const order = topologicalOrder(outputs);
			const all = partsFor(outputs);
			for (const parts of [all, folded(all, most, unnamed)]) {
				const members = parts.flatMap((part) => part.nodes);
				expect(members.length).toBe(order.length);
				expect(new Set(members)).toEqual(new Set(order));
				const place = new Map(parts.flatMap((part, i) => part.nodes.map((node) => [node, i])));
				for (const [i, part] of parts.entries())
					for (const { inputs } of part.nodes)
						for (const input of inputs) expect(place.get(input)).toBeLessThanOrEqual(i);
			}
			expect(folded(all, most, unnamed).length).toBeLessThanOrEqual(Math.max(most, 3));
		}),
	);
});

test('every use of a Node by one in another part is on a wire, and no other, once', () => {
	fc.assert(
		fc.property(graphs, fc.integer({ min: 3, max: 30 }), ({ output }, most) => {
			const parts = folded(partsFor([output]), most, unnamed);
			const { wires, bundles } = wiringOf(parts);
			const seen = new Set<string>();
			const ids = new Map(topologicalOrder([output]).map((node, i) => [node, i]));
			for (const { value, from, to, uses } of wires)
				for (const { user, index } of uses) {
					expect(user.inputs[index]).toBe(value);
					expect(from.nodes).toContain(value);
					expect(to.nodes).toContain(user);
					seen.add(`${ids.get(user)} ${index}`);
				}
			expect(seen.size).toBe(wires.reduce((count, { uses }) => count + uses.length, 0));
			if (bundles.length === 0) expect(seen.size).toBe(usesBetween(parts));
			else expect(seen.size).toBeLessThan(usesBetween(parts));
		}),
	);
});

test('Nodes that have names are drawn apart, and in no repetition', () => {
	fc.assert(
		fc.property(graphs, fc.nat(), ({ output }, pick) => {
			const order = topologicalOrder([output]);
			const named = order[pick % order.length] as Node; // in range by the modulus
			const isNamed = (node: Node): boolean => node === named;
			const parts = partsFor([output], isNamed);
			const part = partByNode(parts).get(named);
			expect(part?.nodes.at(-1)).toBe(named);
			for (const each of folded(parts, 5, isNamed))
				if (each.kind === 'repeat') expect(each.nodes).not.toContain(named);
		}),
	);
});
