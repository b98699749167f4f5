import type { Node } from '@pullback/core';
import { isLiteral } from '../graph/movement.ts';
import { brief, ownName } from '../graph/names.ts';
import { shownElement } from '../graph/numbers.ts';
import type { Route } from './route.ts';

/**
 * What the Nodes of a graph are called in formulas: by the names given and their own, small constants by their value, y and
 * x like that, and all others v1, v2, ... in the order in which they are computed.
 */
export function wordingOf(
	{ order, y, x }: Pick<Route, 'order' | 'y' | 'x'>,
	given: ReadonlyMap<Node, string>,
): Map<Node, string> {
	const names = new Map<Node, string>();
	const taken = new Set<string>();
	/** How many Nodes wanted a word so far: thousands may want the same. */
	const wishes = new Map<string, number>();
	const name = (node: Node, wanted: string): void => {
		if (names.has(node)) return;
		let word = wanted;
		while (taken.has(word)) {
			const wish = (wishes.get(wanted) ?? 1) + 1;
			wishes.set(wanted, wish);
			word = `${wanted}${subscript(wish)}`;
		}
		taken.add(word);
		names.set(node, word);
	};
	const all = new Set([y, x, ...order.flatMap(({ inputs }) => inputs), ...order]);
	for (const [node, word] of given) name(node, brief(word));
	for (const node of all) {
		const word = ownName(node, null);
		if (word !== '') name(node, brief(word));
	}
	name(y, 'y');
	name(x, 'x');
	let count = 0;
	for (const node of inTurn(order)) {
		if (names.has(node)) continue;
		const [value] = node.value ?? [];
		// Several constants may have one value, and so one word.
		if (isLiteral(node) && node.shape.length === 0 && value !== undefined)
			names.set(node, shownElement(value, node.dtype));
		else {
			do count++;
			while (taken.has(`v${count}`));
			name(node, `v${count}`);
		}
	}
	return names;
}

/** The Nodes of a route, and what they take from beside just before them. */
function* inTurn(order: readonly Node[]): Generator<Node, void, undefined> {
	for (const node of order) {
		yield* node.inputs;
		yield node;
	}
}

function subscript(number: number): string {
	return String(number).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}
