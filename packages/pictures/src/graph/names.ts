import { type Differentiable, Node } from '@pullback/core';
import { describe, isPlain, toNode } from '@pullback/core/arguments';
import type { RecordedCalls } from './calls.ts';
import { paramsOf } from './params.ts';

/** What Nodes and Variables are called: by name, as in `{ apple, tax }`, or in a Map from names. */
export type Names = ReadonlyMap<string, Differentiable> | Readonly<Record<string, Differentiable>>;

/** The names that a user gave to Nodes of a graph. Throws RangeError for a name of what is no part of it. */
export function givenNames(
	operation: string,
	names: Names | undefined,
	isIn: (node: Node) => boolean,
): Map<Node, string> {
	const given = new Map<Node, string>();
	if (names === undefined) return given;
	if (!(names instanceof Map) && !isPlain(names))
		throw new TypeError(
			`${operation}: names are ${describe(names)}; they must be an object or a Map of names and Nodes`,
		);
	const entries: Iterable<readonly [unknown, unknown]> =
		names instanceof Map ? names : Object.entries(names);
	for (const [name, value] of entries) {
		if (typeof name !== 'string')
			throw new TypeError(
				`${operation}: names have ${describe(name)} for a key; it must be a string`,
			);
		const node = namedNode(operation, `what names call ${describe(name)}`, value);
		if (!isIn(node))
			throw new RangeError(
				`${operation}: ${describe(name)} names a Node that is no part of the graph; leave it out, or draw what depends on it`,
			);
		const before = given.get(node);
		given.set(node, before === undefined ? name : `${before} = ${name}`);
	}
	return given;
}

/** The Node that something is or, if a Variable, stands for. */
export function namedNode(operation: string, name: string, value: unknown): Node {
	if (value instanceof Node) return value;
	if (typeof value === 'object' && value !== null && 'read' in value)
		return toNode(operation, value as Differentiable); // checked there
	throw new TypeError(
		`${operation}: ${name} is ${describe(value)}; it must be a Node or a Variable`,
	);
}

/** What a leaf is called by itself: a Variable by its path in the net, or its own name. Empty if by nothing. */
export function ownName(node: Node, recorded: RecordedCalls | null): string {
	if (node.inputs.length > 0) return '';
	const params = paramsOf(node);
	const held = recorded?.variables.get(params.cell);
	if (held !== undefined) return held.path;
	return typeof params.name === 'string' ? params.name : '';
}

/**
 * A name as it is drawn and printed, on one line: what moves the cursor or is no character is spelled out.
 */
export function printable(name: string): string {
	return name.replace(
		/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu,
		(sign) =>
			sign === '\n' ? '\\n' : `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
	);
}

/** The longest name that is drawn whole. */
const maxSigns = 40;

/** A name that is not too long to be drawn. */
export function brief(name: string): string {
	const signs = [...printable(name)];
	return signs.length > maxSigns ? `${signs.slice(0, maxSigns - 1).join('')}…` : signs.join('');
}
