import type { Node } from '@pullback/core';
import type { ModuleCall } from './calls.ts';
import { typeText } from './numbers.ts';
import type { Part } from './parts.ts';
import { type Repeat, repeatsIn } from './repeats.ts';

/**
 * Parts folded until no more than `maxParts` are left: what repeats first, the most numerous before others, then what lies
 * in the middle. What is folded follows one another in the order of the graph, so that no folded part is before and behind
 * another. Nodes that have names are in no repetition.
 */
export function folded(
	parts: readonly Part[],
	maxParts: number,
	isNamed: (node: Node) => boolean,
): Part[] {
	if (parts.length <= maxParts) return [...parts];
	return withoutMiddle(withoutRepeats(parts, maxParts, isNamed), maxParts);
}

function withoutRepeats(
	parts: readonly Part[],
	maxParts: number,
	isNamed: (node: Node) => boolean,
): Part[] {
	const chosen: Repeat[] = [];
	let left = parts.length;
	for (const repeat of repeatsIn(kindsOf(parts, isNamed))) {
		if (left <= maxParts) break;
		left -= repeat.period * repeat.times - 1;
		chosen.push(repeat);
	}
	chosen.sort((a, b) => a.start - b.start);
	const result: Part[] = [];
	let at = 0;
	for (const { start, period, times } of chosen) {
		for (; at < start; at++) result.push(parts[at] as Part); // at is in range
		at += period * times;
		const once = parts.slice(start, start + period);
		result.push({ ...merged(parts.slice(start, at)), kind: 'repeat', times, folded: once });
	}
	for (; at < parts.length; at++) result.push(parts[at] as Part); // at is in range
	return result;
}

/** A number for each part, the same for those that look alike and stand in one box. */
function kindsOf(parts: readonly Part[], isNamed: (node: Node) => boolean): Int32Array {
	const known = new Map<ModuleCall | null, Map<string, number>>();
	let next = 0;
	return Int32Array.from(parts, (part) => {
		if (part.nodes.some(isNamed)) return next++;
		const inBox = known.get(part.within) ?? new Map<string, number>();
		known.set(part.within, inBox);
		const word = kindOf(part);
		const number = inBox.get(word) ?? next++;
		inBox.set(word, number);
		return number;
	});
}

function kindOf({ nodes, call }: Part): string {
	if (call !== null) return `${call.path} ${call.type} ${nodes.length}`;
	return nodes.map((node) => `${node.primitive.name} ${typeText(node)}`).join();
}

function withoutMiddle(parts: readonly Part[], maxParts: number): Part[] {
	if (parts.length <= maxParts) return [...parts];
	const first = Math.floor((maxParts - 1) / 2);
	const last = maxParts - 1 - first;
	const middle = parts.slice(first, parts.length - last);
	return [
		...parts.slice(0, first),
		{ ...merged(middle), kind: 'rest', times: 1, folded: middle },
		...parts.slice(parts.length - last),
	];
}

/** The Nodes of several parts, in the innermost box that all are in. */
function merged(parts: readonly Part[]): Pick<Part, 'nodes' | 'within' | 'call'> {
	const nodes = parts.flatMap((part) => part.nodes);
	let within = parts[0]?.within ?? null;
	for (const part of parts)
		while (within !== null && !isWithin(part.within, within)) within = within.outer;
	return { nodes, within, call: null };
}

function isWithin(call: ModuleCall | null, box: ModuleCall): boolean {
	for (let at = call; at !== null; at = at.outer) if (at === box) return true;
	return false;
}
