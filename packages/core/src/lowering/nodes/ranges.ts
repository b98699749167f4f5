import { ranges } from '../../graph/dtype.ts';
import type { Node } from '../../graph/node.ts';
import { topologicalOrder } from '../../graph/order.ts';
import { type ParamsOf, primitives } from '../../ops/primitives.ts';
import { baseOf, isCheckedCast, isWholeQuotient } from './kinds.ts';
import { ruleOf } from './rules.ts';

/** Elements, as they are stored, and what they must lie between, once cut toward zero. */
export interface Range {
	readonly elements: Node;
	readonly low: number;
	readonly high: number;
	/** Whether none may be 0, though that lies between. */
	readonly nonzero: boolean;
}

/**
 * What the engine must check before any Variable changes: indices, exponents of whole powers, divisors of whole numbers,
 * floating numbers that become whole ones, and those that must be finite.
 */
export function checkedRanges(roots: readonly Node[]): Range[] {
	const found: Range[] = [];
	const known = new Map<Node, Set<string>>();
	for (const node of topologicalOrder(roots)) {
		const range = rangeOf(node);
		if (range === null) continue;
		const seen = known.get(range.elements) ?? new Set<string>();
		known.set(range.elements, seen);
		const key = `${range.low} ${range.high} ${range.nonzero}`;
		if (seen.has(key)) continue;
		seen.add(key);
		found.push(range);
	}
	return found;
}

function rangeOf(node: Node): Range | null {
	const rule = ruleOf(node);
	const x = node.inputs[0];
	const y = node.inputs[1];
	if (x === undefined) return null;
	if (node.primitive === primitives.checkFinite)
		return {
			elements: baseOf(x),
			low: -Number.MAX_VALUE,
			high: Number.MAX_VALUE,
			nonzero: false,
		};
	if (isCheckedCast(node)) {
		const [low, high] = ranges[node.dtype];
		return { elements: baseOf(x), low, high, nonzero: false };
	}
	if (y === undefined) return null;
	if (rule.kind === 'gather' || rule.kind === 'scatterAdd') {
		const { axis, fromEnd } = node.params as ParamsOf<'gather'>; // by its rule, and a scatter's are the same and more
		const length = (rule.kind === 'gather' ? x : node).shape[axis] ?? 0;
		return { elements: baseOf(y), low: fromEnd ? -length : 0, high: length - 1, nonzero: false };
	}
	// Bytes are never negative.
	if (node.primitive === primitives.pow && node.dtype === 'i32')
		return { elements: baseOf(y), low: 0, high: 2 ** 31 - 1, nonzero: false };
	if (isWholeQuotient(node)) {
		const [low, high] = ranges[y.dtype];
		return { elements: baseOf(y), low, high, nonzero: true };
	}
	return null;
}
