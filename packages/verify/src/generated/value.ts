import type { Node } from '@pullback/core';

/** A value of a function that is being written: its Node, and the code that makes it. */
export interface Value {
	readonly node: Node;
	readonly code: string;
}

/** What a call takes besides: values, literals, and arrays and plain objects of them. */
export type Argument =
	| Value
	| number
	| string
	| boolean
	| null
	| readonly Argument[]
	| { readonly [key: string]: Argument };

type Method = (this: Node, ...args: readonly unknown[]) => Node;

/** `x.method(...args)`. */
export function call(x: Value, method: keyof Node & string, ...args: readonly Argument[]): Value {
	const apply = x.node[method] as unknown as Method; // the methods that forms name make Nodes
	return {
		node: apply.call(x.node, ...args.map(nodesOf)),
		code: `${x.code}.${method}(${args.map(codeOf).join(', ')})`,
	};
}

/** `name(...args)`, of a function that core exports by that name. */
export function made(
	name: string,
	apply: (...args: never[]) => Node,
	...args: readonly Argument[]
): Value {
	const general = apply as (...args: readonly unknown[]) => Node; // the forms pass what it takes
	return {
		node: general(...args.map(nodesOf)),
		code: `${name}(${args.map(codeOf).join(', ')})`,
	};
}

export function sizeOf({ node }: Value): number {
	return node.shape.reduce((size, length) => size * length, 1);
}

export function rankOf({ node }: Value): number {
	return node.shape.length;
}

function isValue(arg: Argument): arg is Value {
	return typeof arg === 'object' && arg !== null && 'node' in arg && 'code' in arg;
}

function nodesOf(arg: Argument): unknown {
	if (typeof arg !== 'object' || arg === null) return arg;
	if (isValue(arg)) return arg.node;
	if (Array.isArray(arg)) return arg.map(nodesOf);
	return Object.fromEntries(Object.entries(arg).map(([key, each]) => [key, nodesOf(each)]));
}

function codeOf(arg: Argument): string {
	if (typeof arg !== 'object' || arg === null) return JSON.stringify(arg);
	if (isValue(arg)) return arg.code;
	if (Array.isArray(arg)) return `[${arg.map(codeOf).join(', ')}]`;
	const entries = Object.entries(arg).map(([key, each]) => `${key}: ${codeOf(each)}`);
	return `{ ${entries.join(', ')} }`;
}
