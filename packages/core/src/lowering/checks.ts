import type { Node } from '../graph/node.ts';
import { topologicalOrder } from '../graph/order.ts';
import { type ParamsOf, primitives } from '../ops/primitives.ts';
import { holderOf } from './materialize.ts';
import { ruleOf } from './rules.ts';

/** Indices, as they are stored, and what they must lie between. */
export interface IndexRange {
	readonly indices: Node;
	readonly low: number;
	readonly high: number;
}

/** The indices, and exponents of whole powers, that the engine must check before any Variable changes. */
export function indexRanges(roots: readonly Node[]): IndexRange[] {
	const ranges: IndexRange[] = [];
	const known = new Map<Node, Set<string>>();
	for (const node of topologicalOrder(roots)) {
		const range = rangeOf(node);
		if (range === null) continue;
		const seen = known.get(range.indices) ?? new Set<string>();
		known.set(range.indices, seen);
		const key = `${range.low} ${range.high}`;
		if (seen.has(key)) continue;
		seen.add(key);
		ranges.push(range);
	}
	return ranges;
}

function rangeOf(node: Node): IndexRange | null {
	const rule = ruleOf(node);
	const x = node.inputs[0];
	const y = node.inputs[1];
	if (y === undefined || x === undefined) return null;
	if (rule.kind === 'gather' || rule.kind === 'scatterAdd') {
		const { axis, fromEnd } = node.params as ParamsOf<'gather'>; // by its rule, and a scatter's are the same and more
		const length = (rule.kind === 'gather' ? x : node).shape[axis] ?? 0;
		return { indices: holderOf(y), low: fromEnd ? -length : 0, high: length - 1 };
	}
	// Bytes are never negative.
	if (node.primitive === primitives.pow && node.dtype === 'i32')
		return { indices: holderOf(y), low: 0, high: 2 ** 31 - 1 };
	return null;
}
