import { type Data, isFloating } from './dtype.ts';
import type { Node } from './node.ts';
import { nameOf } from './nodeName.ts';
import { topologicalOrder } from './order.ts';
import { formatShape } from './shape.ts';

/** Where a NaN or an infinity came into a graph. */
export class NonFinite {
	/** The first operation whose value is not finite though all its operands' are; or the leaf that held it. */
	readonly node: Node;
	readonly kind: 'NaN' | 'infinity';
	/** The position of the first such element, in row-major order. */
	readonly position: number;
	/** The operations that carried it to the output, from `node` on. */
	readonly path: readonly Node[];
	/** `file:line:column` where the operation was recorded, if that was noted. */
	readonly site: string | null;
	readonly #text: string;

	constructor(
		found: Pick<NonFinite, 'node' | 'position' | 'path' | 'site'>,
		elementsOf: (node: Node) => Data,
	) {
		this.node = found.node;
		this.position = found.position;
		this.path = found.path;
		this.site = found.site;
		this.kind = Number.isNaN(elementsOf(found.node)[found.position]) ? 'NaN' : 'infinity';
		this.#text = textOf(this, elementsOf);
	}

	/** One line: the operation, its operands, its line, and the path. */
	toString(): string {
		return this.#text;
	}
}

/** How `findNonFinite` finds it. */
export interface NonFiniteOptions {
	/** The elements of each Node of the graph. */
	elementsOf(node: Node): Data;
	/** Where each Node was recorded, if that was noted. */
	siteOf?(node: Node): string | undefined;
	/** Whether infinities count. */
	readonly infinity: boolean;
}

/**
 * The first operation of the graph of `outputs` that made a NaN or an infinity out of finite operands: of those that
 * an output which is not finite was computed from, if there is one, else of all; null if every value is finite.
 */
export function findNonFinite(
	outputs: readonly Node[],
	{ elementsOf, siteOf, infinity }: NonFiniteOptions,
): NonFinite | null {
	const positionIn = (node: Node): number => {
		if (!isFloating(node.dtype)) return -1;
		return elementsOf(node).findIndex((x) => (infinity ? !Number.isFinite(x) : Number.isNaN(x)));
	};
	const order = topologicalOrder(outputs);
	// Some Nodes let go of their inputs once they are computed.
	const inputs = order.map((node) => node.inputs);
	const output = outputs.find((each) => positionIn(each) >= 0);
	const users = usersOf(
		output === undefined ? outputs : [output],
		{ order, inputs },
		(node) => output === undefined || positionIn(node) >= 0,
	);
	for (const node of order) {
		const position = users.has(node) ? positionIn(node) : -1;
		if (position < 0) continue;
		const path = pathFrom(node, users);
		return new NonFinite({ node, position, path, site: siteOf?.(node) || null }, elementsOf);
	}
	return null;
}

/** One user on the way to an output of every Node that has a way there over Nodes that count. */
function usersOf(
	outputs: readonly Node[],
	{
		order,
		inputs,
	}: { readonly order: readonly Node[]; readonly inputs: readonly (readonly Node[])[] },
	counts: (node: Node) => boolean,
): Map<Node, Node | null> {
	const users = new Map<Node, Node | null>(outputs.map((output) => [output, null]));
	for (let index = order.length - 1; index >= 0; index--) {
		const node = order[index] as Node; // index is in range
		if (!users.has(node)) continue;
		for (const input of inputs[index] ?? [])
			if (!users.has(input) && counts(input)) users.set(input, node);
	}
	return users;
}

function pathFrom(node: Node, users: ReadonlyMap<Node, Node | null>): Node[] {
	const path: Node[] = [];
	for (let at: Node | null = node; at !== null; at = users.get(at) ?? null) path.push(at);
	return path;
}

function textOf(
	{ node, kind, position, path, site }: NonFinite,
	elementsOf: (node: Node) => Data,
): string {
	const size = elementsOf(node).length;
	const operands = node.inputs.map((input) => {
		const value = elementsOf(input);
		const own = value.length === size ? ` ${value[position]}` : rangeOf(value);
		return `${nameOf(input)} ${input.dtype}${formatShape(input.shape)}${own}`;
	});
	const verb = operands.length > 0 ? 'made' : 'holds';
	const from = operands.length > 0 ? ` from ${operands.join(' and ')}` : '';
	const where = site === null ? '' : `, at ${site}`;
	const names = path.map(nameOf).join(' > ');
	return `${nameOf(node)} ${verb} ${kind} at element ${position} of ${node.dtype}${formatShape(node.shape)}${from}${where}; path: ${names}`;
}

/** Between which numbers elements are, none of them being the one that is blamed. */
function rangeOf(elements: Data): string {
	let [least, greatest] = [Infinity, -Infinity];
	for (const x of elements) {
		least = Math.min(least, x);
		greatest = Math.max(greatest, x);
	}
	return elements.length === 0 ? '' : ` (${least} to ${greatest})`;
}
