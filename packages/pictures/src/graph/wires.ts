import type { Node } from '@pullback/core';
import type { Use } from './gradients.ts';
import { type Part, partByNode } from './parts.ts';

/** The way of a value from the part that computes it to a part that uses it. */
export interface Wire {
	readonly value: Node;
	readonly from: Part;
	readonly to: Part;
	/** The uses: one where a Node uses it a few times, else all that there are. */
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

/** The most values from one box to one part, and uses of a value by one Node, that are drawn apart. */
const maxWiresApart = 4;

/** The ways between parts, in the order of those that use the values. */
export function wiringOf(parts: readonly Part[]): Wiring {
	const partOf = partByNode(parts);
	const [wires, bundles]: [Wire[], Bundle[]] = [[], []];
	for (const to of parts)
		for (const [from, between] of wiresInto(to, partOf)) {
			const values = new Set(between.map(({ value }) => value)).size;
			if (values > maxWiresApart) bundles.push({ from, to, values });
			else for (const wire of together(between)) wires.push(wire);
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

/** The wires between two parts, as one if they are many that carry the same. */
function together(between: readonly Wire[]): readonly Wire[] {
	const [first] = between;
	if (first === undefined || between.length <= maxWiresApart) return between;
	const usesOf = new Map<Node, Use[]>();
	for (const { value, uses } of between) {
		const known = usesOf.get(value);
		if (known === undefined) usesOf.set(value, [...uses]);
		else for (const use of uses) known.push(use);
	}
	return Array.from(usesOf, ([value, uses]) => ({ ...first, value, uses }));
}
