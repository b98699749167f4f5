import type { Node } from '@pullback/core';
import type { Use } from './gradients.ts';
import { type Part, partByNode } from './parts.ts';

/** The way of a value from the part that computes it to a part that uses it. */
export interface Wire {
	readonly value: Node;
	readonly from: Part;
	readonly to: Part;
	/** The uses: one where a Node uses it, all that there are within a box. */
	readonly uses: readonly Use[];
}

/** Ways of more values from one box to one part than are drawn apart. */
export interface Bundle {
	readonly from: Part;
	readonly to: Part;
	readonly values: number;
}

/** All ways between the parts of a graph. */
export interface Wiring {
	readonly wires: readonly Wire[];
	readonly bundles: readonly Bundle[];
}

/** The most values from one box to one part that are drawn apart. */
const maxWiresApart = 4;

/** The ways between parts, in the order of those that use the values. */
export function wiringOf(parts: readonly Part[]): Wiring {
	const partOf = partByNode(parts);
	const [wires, bundles]: [Wire[], Bundle[]] = [[], []];
	for (const to of parts)
		for (const [from, between] of wiresInto(to, partOf)) {
			if (from.kind === 'node' || from.kind === 'chain' || between.length <= maxWiresApart)
				wires.push(...between);
			else bundles.push({ from, to, values: new Set(between.map(({ value }) => value)).size });
		}
	return { wires, bundles };
}

/** The ways into a part, by the parts that they come from. */
function wiresInto(to: Part, partOf: ReadonlyMap<Node, Part>): Map<Part, Wire[]> {
	const found = new Map<Part, Wire[]>();
	// Those into a box, by what they carry.
	const usesOf = new Map<Node, Use[]>();
	for (const user of to.nodes)
		for (const [index, value] of user.inputs.entries()) {
			const from = partOf.get(value);
			if (from === undefined || from === to) continue;
			const use = { user, index };
			const known = to.kind === 'node' ? undefined : usesOf.get(value);
			if (known !== undefined) {
				known.push(use);
				continue;
			}
			const uses = [use];
			usesOf.set(value, uses);
			const wire = { value, from, to, uses };
			const between = found.get(from);
			if (between === undefined) found.set(from, [wire]);
			else between.push(wire);
		}
	return found;
}
