import { isPlain } from '../graph/arguments.ts';
import { describe } from '../graph/describe.ts';
import type { Data } from '../graph/dtype.ts';
import { Node } from '../graph/node.ts';
import { maximumRank } from '../graph/shape.ts';
import { isReadable, type Operand, type Readable, toNode } from '../ops/operand.ts';
import { argument } from '../transforms/argument.ts';

/** What a compiled function may take: a Node, or arrays and plain objects of Nodes. */
export type Argument = Node | readonly Argument[] | { readonly [key: string]: Argument };

/** What may be passed for an argument. In arrays, Nodes, Variables and typed arrays: an array of numbers is a tensor. */
export type Given<Taken> = Taken extends Node
	? Operand
	: Taken extends readonly unknown[]
		? GivenArray<Taken>
		: { readonly [Key in keyof Taken]: Given<Taken[Key]> };

type GivenArray<Taken extends readonly unknown[]> = number extends Taken['length']
	? ListOf<Taken[number]>
	: { readonly [Index in keyof Taken]: GivenInArray<Taken[Index]> };

/** An array whose elements the compiler looks at when it needs them, as arguments may be nested in any depth. */
interface ListOf<Taken> extends ReadonlyArray<GivenInArray<Taken>> {}

type GivenInArray<Taken> = Taken extends Node ? Node | Readable | Data : Given<Taken>;

/** The Nodes that were passed to a compiled function, and what a program depends on: their types, and how they are held. */
export interface Arguments {
	readonly nodes: readonly Node[];
	readonly signature: string;
}

/** Takes apart what was passed; most often Nodes, and for these there is no more to do. */
export function takeApart(passed: readonly unknown[]): Arguments {
	const nodes: Node[] = [];
	const types = passed.map((each, i) =>
		each instanceof Node ? noted(each, nodes) : typeOfOthers(each, i, nodes),
	);
	return { nodes, signature: types.join() };
}

function noted(node: Node, nodes: Node[]): string {
	nodes.push(node);
	return `${node.dtype}[${node.shape}]`;
}

function typeOfOthers(passed: unknown, index: number, nodes: Node[]): string {
	const form = replaced(passed, `argument ${index}`, (operand, name) =>
		noted(operandNode(operand, name), nodes),
	);
	return typeof form === 'string' ? form : JSON.stringify(form);
}

/** What was passed with other Nodes instead, in the order in which `takeApart` gives them. */
export function putTogether(passed: readonly unknown[], nodes: readonly Node[]): Argument[] {
	let next = 0;
	return passed.map(
		(each, i) => replaced<Node>(each, `argument ${i}`, () => nodes[next++] as Node), // as many as there are operands
	);
}

/** What was passed with each operand as a Node of its own, to be part of another function. */
export function asOwnNodes(passed: readonly unknown[]): Argument[] {
	return passed.map((each, i) =>
		replaced<Node>(each, `argument ${i}`, (operand, name) =>
			argument('compile', operandNode(operand, name)),
		),
	);
}

function operandNode(operand: unknown, name: string): Node {
	if (typeof operand === 'boolean' || typeof operand === 'string')
		throw new TypeError(
			`compile: ${name} is ${describe(operand)}, which would be fixed when the function is recorded; compile a function for each case${typeof operand === 'boolean' ? ', or pass tensor([...]) of it and choose by where' : ''}`,
		);
	return toNode('compile', operand as Operand); // which refuses all others
}

/** The maxDepth nesting of an argument: a deeper one contains itself. */
const maxDepth = 100;
/** The largest number of parts of an argument: those that share their parts have more than could be visited. */
const maxParts = 100_000;

type Form<Leaf> = Leaf | Form<Leaf>[] | { [key: string]: Form<Leaf> };

/** Arrays and plain objects with their operands replaced. */
function replaced<Leaf>(
	passed: unknown,
	path: string,
	replace: (operand: unknown, path: string) => Leaf,
): Form<Leaf> {
	let parts = 0;
	const visit = (value: unknown, name: string, depth: number): Form<Leaf> => {
		const isArray = isArrayOfObjects(value);
		if (!isArray && (isReadable(value) || !isPlain(value))) return replace(value, name);
		parts += isArray ? value.length : Object.keys(value).length;
		if (depth === maxDepth || parts > maxParts)
			throw new TypeError(
				`compile: ${path} is nested deeper than ${maxDepth}, or has more than ${maxParts} parts; does it contain itself?`,
			);
		if (isArray) return Array.from(value, (part, i) => visit(part, `${name}[${i}]`, depth + 1));
		return Object.fromEntries(
			Object.entries(value).map(([key, part]) => [key, visit(part, `${name}.${key}`, depth + 1)]),
		);
	};
	return visit(passed, path, 0);
}

/** Whether a value is an array of Nodes and the like, and no tensor: its first element, however deep, is an object. */
function isArrayOfObjects(value: unknown): value is readonly unknown[] {
	let first = value;
	for (let depth = 0; Array.isArray(first) && depth <= maximumRank; depth++) first = first[0];
	return (
		Array.isArray(value) && !Array.isArray(first) && typeof first === 'object' && first !== null
	);
}
